/**
 * JSON Merge Patch (RFC 7396) over one level: null removes a field, what is absent stays.
 * Deeper objects are replaced as a whole, as their fields only make sense together.
 */
export function mergePatch<T extends object>(
  target: T,
  patch: { [K in keyof T]?: T[K] | null | undefined },
): T {
  const merged = { ...target } as { [name: string]: unknown };
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete merged[name];
    else if (value !== undefined) merged[name] = value;
  }
  return merged as T;
}
