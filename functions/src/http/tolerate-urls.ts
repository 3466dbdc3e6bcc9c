import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';

let tolerated = false;

/**
 * Lets a path that can't be decoded (`/%E0%A4%A`) reach our own routes, as one that nobody has. Left to itself the
 * Functions Framework's Express decodes it first and answers with an HTML page and a stack trace.
 *
 * See bypass-body-parsers.ts for why this is the moment.
 */
export function tolerateUrls(): void {
  if (tolerated) return;
  tolerated = true;
  subscribe('http.server.request.start', (message) => {
    const { request } = message as { request: IncomingMessage };
    if (request.url !== undefined) request.url = decodable(request.url);
  });
}

/** The URL itself, or one with the percent signs of its path encoded. */
export function decodable(url: string): string {
  const [path = '', ...query] = url.split('?');
  try {
    decodeURIComponent(path);
    return url;
  } catch {
    return [path.replaceAll('%', '%25'), ...query].join('?');
  }
}
