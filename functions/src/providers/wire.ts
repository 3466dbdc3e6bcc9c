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
