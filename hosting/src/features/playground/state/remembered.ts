const KEY = 'firegate.models';

/** Keeps the models of the last visit, for a visit whose URL names none. */
export function rememberRefs(refs: readonly string[]): void {
  try {
    if (refs.length > 0) localStorage.setItem(KEY, JSON.stringify(refs));
  } catch {
    // Storage is blocked: the next visit starts with the first model.
  }
}

export function rememberedRefs(): string[] {
  try {
    const refs: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(refs) ? refs.filter((ref) => typeof ref === 'string') : [];
  } catch {
    return [];
  }
}
