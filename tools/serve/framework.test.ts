import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { Agent, request as httpRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { functionsDir } from '../lib/paths.ts';
import { createInstance } from './framework.ts';

// Two small functions behind the real Functions Framework.
const source = `
globalThis.seen = [];
export const echo = (request, response) => {
  globalThis.seen.push(request);
  response.json({ url: request.url, originalUrl: request.originalUrl, method: request.method, body: request.body });
};
export const drip = async (request, response) => {
  response.on('close', () => { globalThis.dripClosed = !response.writableFinished; });
  response.write('first');
  await new Promise((resolve) => setTimeout(resolve, 300));
  response.end('last');
};
export const helper = 1;
`;
const shared = globalThis as unknown as { seen: unknown[]; dripClosed: boolean | undefined };
let directory: string;
let server: Server;
let url: string;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'firegate-serve-'));
  mkdirSync(join(directory, 'lib'));
  writeFileSync(join(directory, 'package.json'), '{"type":"module"}');
  writeFileSync(join(directory, 'lib/index.js'), source);
  symlinkSync(join(functionsDir, 'node_modules'), join(directory, 'node_modules'));
  server = await createInstance(directory, ['echo', 'drip']);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(directory, { recursive: true, force: true });
});

it.each([
  ['/echo', '/'],
  ['/echo/', '/'],
  ['/echo/v1/thing?x=1', '/v1/thing?x=1'],
  ['/echo?x=1', '/?x=1'],
])('%s reaches the function as %s', async (path, seen) => {
  expect(await (await fetch(`${url}${path}`)).json()).toMatchObject({ url: seen, originalUrl: seen });
});

it('parses bodies as the framework does', async () => {
  const headers = { 'Content-Type': 'application/json' };
  const response = await fetch(`${url}/echo`, { method: 'POST', headers, body: '{"a":1}' });
  expect(await response.json()).toMatchObject({ method: 'POST', body: { a: 1 } });
});

it.each(['/', '/helper', '/nope/x'])('%s is no function', async (path) => {
  const response = await fetch(`${url}${path}`);
  expect(response.status).toBe(404);
  expect(await response.text()).toContain('/echo, /drip');
});

it('streams', async () => {
  const start = performance.now();
  const response = await fetch(`${url}/drip`);
  const arrivals: [string, number][] = [];
  for await (const chunk of response.body ?? []) {
    arrivals.push([Buffer.from(chunk).toString(), performance.now() - start]);
  }
  expect(arrivals.map(([text]) => text)).toEqual(['first', 'last']);
  expect((arrivals[1]?.[1] ?? 0) - (arrivals[0]?.[1] ?? 0)).toBeGreaterThan(150);
});

it('tells a function that its client has gone', async () => {
  shared.dripClosed = undefined;
  const abort = new AbortController();
  const response = await fetch(`${url}/drip`, { signal: abort.signal });
  await response.body?.getReader().read();
  abort.abort();
  await expect.poll(() => shared.dripClosed).toBe(true);
});

it('announces each request once, the one that the function gets', async () => {
  const announced: unknown[] = [];
  const listen = (message: unknown) => announced.push((message as { request: unknown }).request);
  subscribe('http.server.request.start', listen);
  shared.seen.length = 0;
  await (await fetch(`${url}/echo`)).text();
  unsubscribe('http.server.request.start', listen);
  expect(announced).toHaveLength(1);
  expect(shared.seen[0]).toBe(announced[0]);
});

it('keeps connections alive', async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const ask = () =>
    new Promise<number | undefined>((resolve, reject) => {
      httpRequest(`${url}/echo`, { agent }, (response) => {
        const port = response.socket.localPort;
        response.resume().once('end', () => setImmediate(() => resolve(port)));
      })
        .once('error', reject)
        .end();
    });
  const first = await ask();
  expect(await ask()).toBe(first);
  agent.destroy();
});
