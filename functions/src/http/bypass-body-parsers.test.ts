import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bypassBodyParsers, restoreBodyHeaders } from './bypass-body-parsers.ts';

let server: Server;
let before: IncomingHttpHeaders;
let after: IncomingHttpHeaders;
let body: string;

beforeAll(async () => {
  bypassBodyParsers();
  bypassBodyParsers();
  server = createServer(async (request, response) => {
    before = { ...request.headers };
    restoreBodyHeaders(request);
    after = { ...request.headers };
    body = '';
    for await (const chunk of request) body += String(chunk);
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => void server.close());

const post = (init: RequestInit & { duplex?: 'half' }) =>
  fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, { method: 'POST', ...init });

it('hides from body parsers that there is a body of known length, until it is given back', async () => {
  await post({ body: '{"broken"', headers: { 'Content-Type': 'application/json' } });
  expect(before['content-length']).toBeUndefined();
  expect(before['content-type']).toBe('application/json');
  expect(after['content-length']).toBe('9');
  expect(body).toBe('{"broken"');
});

it('hides a body in chunks as well', async () => {
  await post({ body: new Blob(['{"a":', '1}']).stream(), duplex: 'half' });
  expect(before['transfer-encoding']).toBeUndefined();
  expect(after['transfer-encoding']).toBe('chunked');
  expect(body).toBe('{"a":1}');
});

it('invents no header where there was none', async () => {
  await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  expect(after).not.toHaveProperty('content-length');
  expect(after).not.toHaveProperty('transfer-encoding');
});
