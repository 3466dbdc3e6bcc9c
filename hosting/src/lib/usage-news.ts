const listeners = new Set<() => void>();

/** Tells whoever shows limits or usage that something was just spent here. */
export function announceUsage(): void {
  for (const listener of listeners) listener();
}

export function onUsage(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
