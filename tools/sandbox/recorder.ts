import type { IncomingHttpHeaders } from 'node:http';

/** How an answer ended; `pending` while it is under way. */
export type Outcome = 'pending' | 'completed' | 'client_disconnected' | 'cut';

/** One request that reached the sandbox, as `GET /__sandbox/requests` tells it. */
export interface RecordedRequest {
  /** ISO 8601, UTC. */
  at: string;
  provider: string;
  method: string;
  /** Without the provider's segment and the query. */
  path: string;
  headers: IncomingHttpHeaders;
  /** Parsed JSON; the text where it is not JSON; null without a body; its size where it is too large to keep. */
  body: unknown;
  /** The body as it came, as text; null without one, or where it is too large to keep. */
  text: string | null;
  /** The caller's `X-Request-Id`. */
  requestId: string | null;
  /** The sandbox's own id for it, as the provider's header told the caller. */
  upstreamRequestId: string;
  status: number | null;
  outcome: Outcome;
  /** Streamed events written so far. */
  events: number;
  /** The planned fault that it met. */
  fault: string | null;
}

const MAX_REQUESTS = 10_000;
const MAX_BODY_BYTES = 1024 * 1024;
const MAX_TOTAL_BYTES = 128 * 1024 * 1024;
const SECRET_HEADERS = new Set(['authorization', 'x-api-key', 'api-key', 'x-goog-api-key']);

/** The last requests, within 10,000 entries and 128 MiB of bodies. */
export class Recorder {
  #entries: { request: RecordedRequest; bytes: number }[] = [];
  #bytes = 0;

  /** @param bytes the size of the body as it came in. */
  add(
    facts: Pick<
      RecordedRequest,
      'provider' | 'method' | 'path' | 'headers' | 'body' | 'text' | 'upstreamRequestId'
    >,
    bytes: number,
  ): RecordedRequest {
    const kept = bytes <= MAX_BODY_BYTES;
    const requestId = facts.headers['x-request-id'];
    const request: RecordedRequest = {
      at: new Date().toISOString(),
      ...facts,
      headers: redact(facts.headers),
      body: kept ? facts.body : { truncated: true, bytes },
      text: kept ? facts.text : null,
      requestId: typeof requestId === 'string' ? requestId : null,
      status: null,
      outcome: 'pending',
      events: 0,
      fault: null,
    };
    // The parsed body and its text.
    const size = kept ? 2 * bytes : 0;
    this.#entries.push({ request, bytes: size });
    this.#bytes += size;
    while (this.#entries.length > MAX_REQUESTS || this.#bytes > MAX_TOTAL_BYTES) {
      this.#bytes -= this.#entries.shift()?.bytes ?? 0;
    }
    return request;
  }

  /** Oldest first. */
  list(): RecordedRequest[] {
    return this.#entries.map((entry) => entry.request);
  }

  clear(): void {
    this.#entries = [];
    this.#bytes = 0;
  }
}

function redact(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const copy: IncomingHttpHeaders = { ...headers };
  for (const name of SECRET_HEADERS) {
    const value = copy[name];
    if (typeof value !== 'string') continue;
    const [, scheme = '', secret = ''] = /^(Bearer +)?(.*)$/i.exec(value) ?? [];
    copy[name] = `${scheme}${mask(secret)}`;
  }
  return copy;
}

/** Enough of a key to tell which one it was, never the key. */
function mask(secret: string): string {
  return secret.length < 12 ? '***' : `${secret.slice(0, 4)}…${secret.slice(-4)}`;
}
