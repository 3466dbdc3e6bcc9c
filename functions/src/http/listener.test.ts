import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listener } from './listener.ts';
import { testApp } from './test-support.ts';

let loads = 0;
let prefixed: Server;
let plain: Server;
const load = async () => {
  loads += 1;
  const app = testApp();
  app.all('*', (c) => c.json({ path: c.req.path, query: c.req.query() }));
  return app;
};
const serve = async (handler: ReturnType<typeof listener>) => {
  const server = createServer((req, res) => void handler(req, res));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
};
beforeAll(async () => {
  prefixed = await serve(listener(load, '/api'));
  plain = await serve(listener(load));
});
afterAll(() => {
  prefixed.close();
  plain.close();
});

/** As fetch would not send it: the path is not normalised. */
const get = (server: Server, path: string): Promise<{ path: string; query: object }> =>
  new Promise((resolve, reject) => {
    const { port } = server.address() as AddressInfo;
    request({ host: '127.0.0.1', port, path }, (response) => {
      let text = '';
      response.on('data', (chunk) => (text += chunk));
      response.on('end', () => resolve(JSON.parse(text) as { path: string; query: object }));
    })
      .on('error', reject)
      .end();
  });

describe('a function whose routes have a prefix', () => {
  it.each([
    ['Hosting keeps the whole path', '/api/v1/auth/me', '/api/v1/auth/me'],
    ['a direct URL comes without it', '/v1/auth/me', '/api/v1/auth/me'],
    ['a direct URL with it in spite', '/api/health', '/api/health'],
    ['a path that only starts alike', '/apiary', '/api/apiary'],
    ['the root', '/', '/api/'],
  ])('%s', async (_, asked, path) => {
    expect(await get(prefixed, asked)).toEqual({ path, query: {} });
  });

  it('keeps the query', async () => {
    expect(await get(prefixed, '/v1/usage?limit=5')).toEqual({
      path: '/api/v1/usage',
      query: { limit: '5' },
    });
    expect(await get(prefixed, '/?a=b')).toEqual({ path: '/api/', query: { a: 'b' } });
  });
});

it('leaves the path of a function without one', async () => {
  expect((await get(plain, '/anything')).path).toBe('/anything');
});

it('makes its app once, on the first request', async () => {
  loads = 0;
  const server = await serve(listener(load));
  expect(loads).toBe(0);
  await Promise.all([get(server, '/a'), get(server, '/b'), get(server, '/c')]);
  expect(loads).toBe(1);
  server.close();
});
