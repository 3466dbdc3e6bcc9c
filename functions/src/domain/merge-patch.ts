/** A merge patch of T: of an object, the parts that are to change; null removes. */
export type MergePatch<T> = { [K in keyof T]?: PatchOf<NonNullable<T[K]>> | null | undefined };
type PatchOf<V> = V extends readonly unknown[] ? V : V extends object ? MergePatch<V> : V;

/** JSON Merge Patch (RFC 7396) on objects: null removes a field, what is absent stays, lists are replaced as a whole. */
export function mergePatch<T extends object>(target: T, patch: MergePatch<T>): T {
  const merged = { ...target } as { [name: string]: unknown };
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete merged[name];
    else if (isObject(value)) merged[name] = mergePatch(isObject(merged[name]) ? merged[name] : {}, value);
    else if (value !== undefined) merged[name] = value;
  }
  return merged as T;
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
