/**
 * Whole seconds until a retry makes sense, rounded up, from `retry-after-ms` (milliseconds, sent by OpenAI) or
 * `Retry-After` (seconds or an HTTP date, RFC 9110 section 10.2.3). Undefined where there is none that can be read.
 */
export function retryAfterSeconds(headers: Headers | undefined, now = Date.now()): number | undefined {
  const milliseconds = numberOf(headers?.get('retry-after-ms'));
  if (milliseconds !== undefined) return Math.ceil(milliseconds / 1000);
  const text = headers?.get('retry-after')?.trim();
  const seconds = numberOf(text);
  if (seconds !== undefined) return Math.ceil(seconds);
  const date = Date.parse(text ?? '');
  return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil((date - now) / 1000));
}

function numberOf(text: string | null | undefined): number | undefined {
  return text !== null && text !== undefined && /^\s*\d+(\.\d+)?\s*$/.test(text) ? Number(text) : undefined;
}
