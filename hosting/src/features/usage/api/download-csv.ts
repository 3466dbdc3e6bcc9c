import { api } from '#lib/api/client.ts';
import { addDays } from '#lib/time.ts';

const PAGE = 200;

/** Every request of a range (UTC days, both inclusive) as one CSV text (RFC 4180), page after page. Throws ApiError. */
export async function fetchCsv(range: { from: string; to: string }, signal?: AbortSignal): Promise<string> {
  let text = '';
  let cursor: string | undefined;
  do {
    const query = { from: range.from, to: addDays(range.to, 1), limit: PAGE, ...(cursor && { cursor }) };
    const { data, response } = await api.GET('/api/v1/usage', {
      params: { query },
      headers: { accept: 'text/csv' },
      parseAs: 'text',
      ...(signal && { signal }),
    });
    const page = String(data ?? '');
    text += text === '' ? page : withoutHeader(page);
    cursor = nextCursor(response.headers.get('link'));
  } while (cursor !== undefined);
  return text;
}

/** The names of the columns stand in the first line alone, and hold no line break. */
export function withoutHeader(page: string): string {
  const end = page.indexOf('\n');
  return end === -1 ? '' : page.slice(end + 1);
}

/** The cursor in a `Link: <…?cursor=…>; rel="next"` header (RFC 8288). */
export function nextCursor(link: string | null): string | undefined {
  const target = /<([^>]*)>\s*;[^,]*\brel="?next"?/.exec(link ?? '')?.[1];
  if (target === undefined) return undefined;
  return new URL(target, 'https://firegate.invalid').searchParams.get('cursor') ?? undefined;
}
