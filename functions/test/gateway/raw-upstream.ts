import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** What reached the upstream, to the byte. */
export interface RawCall {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
  /** Resolves when the connection of this call is closed from the other side. */
  closed: Promise<void>;
}

export interface RawUpstream {
  url: string;
  /** The last call. */
  last(): RawCall;
  /** How it answers from now on. */
  answer(reply: (response: ServerResponse) => void | Promise<void>): void;
  stop(): Promise<void>;
}

/** A provider that answers whatever bytes a test wants, and keeps the bytes that it got. */
export async function startRawUpstream(): Promise<RawUpstream> {
  let reply: (response: ServerResponse) => void | Promise<void> = (response) => void response.end();
  const calls: RawCall[] = [];
  const server = createServer(async (request, response) => {
    const closed = once(response, 'close').then(() => {});
    const body = (await buffer(request)).toString('utf8');
    calls.push({ path: request.url ?? '', headers: request.headers, body, closed });
    await reply(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    last() {
      const call = calls.at(-1);
      if (!call) throw new Error('Nothing has reached the upstream');
      return call;
    },
    answer(next) {
      reply = next;
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Answers an event stream in pieces, each a packet of its own as far as the network lets it. */
export function streamOf(pieces: readonly (string | Uint8Array)[], headers: Record<string, string> = {}) {
  return async (response: ServerResponse): Promise<void> => {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', ...headers });
    for (const piece of pieces) {
      response.write(piece);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    response.end();
  };
}

/** Answers one body. */
export function bodyOf(status: number, body: string | Uint8Array, headers: Record<string, string> = {}) {
  return (response: ServerResponse): void => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
  };
}
