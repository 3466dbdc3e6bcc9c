import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';

const BODY_HEADERS = ['content-length', 'transfer-encoding'] as const;
const hidden = new WeakMap<IncomingMessage, Partial<IncomingMessage['headers']>>();
let bypassed = false;

/**
 * Keeps the Functions Framework's body parsers off the requests of this process, so that a body reaches our own
 * middleware as a stream. Left to itself the framework reads up to 1 GiB before any handler runs, and answers
 * malformed JSON with an HTML page and a stack trace.
 *
 * Express's parsers look for a body by the two headers that announce one (RFC 9112, section 6). Node publishes
 * `http.server.request.start` before any listener sees the request, which is the one moment to hide them.
 * https://nodejs.org/api/diagnostics_channel.html#http
 */
export function bypassBodyParsers(): void {
  if (bypassed) return;
  bypassed = true;
  subscribe('http.server.request.start', (message) => {
    const { request } = message as { request: IncomingMessage };
    const found: Partial<IncomingMessage['headers']> = {};
    for (const name of BODY_HEADERS) {
      const value = request.headers[name];
      if (value === undefined) continue;
      found[name] = value;
      delete request.headers[name];
    }
    hidden.set(request, found);
  });
}

/** Gives a request back the headers that were hidden from the framework. */
export function restoreBodyHeaders(request: IncomingMessage): void {
  Object.assign(request.headers, hidden.get(request));
}
