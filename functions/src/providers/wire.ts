import { UpstreamError } from './contract.ts';

/** A JSON object of unknown fields. */
export type WireObject = Record<string, unknown>;

/** The value as an object, or `malformed`: the SDKs hand on whatever JSON the provider sent, typed but unchecked. */
export function wireObject(value: unknown, what: string): WireObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as WireObject;
  throw new UpstreamError('malformed', `${what} is not an object`);
}

/** The value as an array, or `malformed`. */
export function wireArray(value: unknown, what: string): unknown[] {
  if (Array.isArray(value)) return value;
  throw new UpstreamError('malformed', `${what} is not an array`);
}

/** An optional object: undefined where it is absent, null or something else. */
export function optionalObject(value: unknown): WireObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as WireObject)
    : undefined;
}

/** A number of tokens; undefined where it is absent, null or no such number. */
export function tokenCount(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

/** A stream without its terminal event: cut, or, where not one event came, no event stream to begin with. */
export function endedEarly(events: number, before: string): UpstreamError {
  return events === 0
    ? new UpstreamError('malformed', 'the answer has no events')
    : new UpstreamError('connection', `the stream ended before ${before}`);
}

/**
 * Bytes of the JSON that goes out, or of its NFKC form where that is longer. Tokenizers work on bytes, one or
 * more to a token, some of them after normalising; so no text has more tokens than this.
 */
export function wireBytes(body: unknown): number {
  const json = JSON.stringify(body);
  return Math.max(Buffer.byteLength(json), Buffer.byteLength(json.normalize('NFKC')));
}

/**
 * Bytes of a JSON text that goes out, its media apart, or of its NFKC form where that is longer.
 *
 * @param body the same JSON, parsed
 * @param media the strings in it that hold media, and are bounded by the medium's own maximum; see `isMedia`
 */
export function textBytes(text: string, body: unknown, media: readonly string[]): number {
  const all = Buffer.byteLength(text);
  const plain = media.reduce((bytes, { length }) => bytes - length, all);
  // ASCII is its own NFKC form.
  if (all === text.length && !text.includes('\\u')) return plain;
  const apart = new Set(media);
  const rest = JSON.stringify(body, (_, value) => (apart.has(value) ? '' : value));
  return Math.max(plain, Buffer.byteLength(rest.normalize('NFKC')));
}

/** Whether a string is what encoded media are made of; anything else counts as text. */
export function isMedia(value: string): boolean {
  return Buffer.byteLength(value) === value.length;
}

/** UTF-8 bytes of all strings within a value. */
export function stringBytes(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce((sum: number, each) => sum + stringBytes(each), 0);
}

/** The object that a text is the JSON of; undefined where it is none. */
export function objectIn(text: string): WireObject | undefined {
  try {
    return optionalObject(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** An optional array: empty where it is absent, null or something else. */
export function optionalArray(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
