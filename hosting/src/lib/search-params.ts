/** The router's search, as plain repeatable query parameters: `?m=a&m=b` rather than JSON in one value. */
export type SearchRecord = Record<string, string | string[]>;

export function parseSearch(text: string): SearchRecord {
  const record: SearchRecord = {};
  for (const [key, value] of new URLSearchParams(text)) {
    const known = record[key];
    record[key] = known === undefined ? value : [...(Array.isArray(known) ? known : [known]), value];
  }
  return record;
}

export function stringifySearch(search: Record<string, unknown>): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(search)) {
    for (const item of Array.isArray(value) ? value : [value]) {
      if (item !== undefined && item !== null) params.append(key, String(item));
    }
  }
  // Model ids may hold slashes and colons; both are legal in a query and easier to read as they are.
  const text = params.toString().replaceAll('%2F', '/').replaceAll('%3A', ':');
  return text === '' ? '' : `?${text}`;
}

/** All values of one parameter. */
export function listOf(value: unknown): string[] {
  const items = Array.isArray(value) ? value : [value];
  return items.filter((item): item is string => typeof item === 'string' && item !== '');
}

/** Where to go after signing in: a path of this site, never another site's address. */
export function localPath(value: unknown): string | undefined {
  if (typeof value !== 'string' || !value.startsWith('/')) return undefined;
  const base = 'https://firegate.invalid';
  return URL.canParse(value, base) && new URL(value, base).origin === base ? value : undefined;
}
