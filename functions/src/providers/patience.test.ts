import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { haveFetchWait } from './patience.ts';

const SLOW_MS = 2_500;
const server = createServer((_, response) => {
  setTimeout(() => response.end('late'), SLOW_MS);
});
let url: string;
beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const answer = () =>
  fetch(url).then(
    (response) => response.text(),
    (error: Error) => (error.cause as { code?: string }).code,
  );

it('is what Node’s own fetch has, until a longer one is wanted', async () => {
  // Not longer than it waits anyway: nothing changes.
  await haveFetchWait(300_000);
  expect(await answer()).toBe('late');
  await haveFetchWait(1_000, 0);
  expect(await answer()).toBe('UND_ERR_HEADERS_TIMEOUT');
  await haveFetchWait(400_000);
  expect(await answer()).toBe('late');
});
