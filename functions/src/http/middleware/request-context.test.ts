import { describe, expect, it } from 'vitest';
import { ask, testApp } from '../test-support.ts';
import { clientIp } from './request-context.ts';

describe('RequestContextMiddleware', () => {
  it('gives each request its own id, and sends it back', async () => {
    const app = testApp({ now: () => 42 });
    app.get('/', (c) => c.json({ id: c.var.requestId, startedAt: c.var.startedAt, fields: c.var.logFields }));
    for (const id of ['req_1', 'req_2']) {
      const response = await ask(app, '/');
      expect(response.headers.get('x-request-id')).toBe(id);
      expect(await response.json()).toEqual({ id, startedAt: 42, fields: {} });
    }
  });

  it('makes the id itself, whatever the client sends', async () => {
    const app = testApp();
    app.get('/', (c) => c.text(c.var.requestId));
    const response = await ask(app, '/', { headers: { 'X-Request-Id': 'chosen' } });
    expect(await response.text()).toBe('req_1');
    expect(response.headers.get('x-request-id')).toBe('req_1');
  });

  it('knows where the request came from, behind as many proxies as are ours', async () => {
    const headers = { 'X-Forwarded-For': '203.0.113.9, 198.51.100.7' };
    for (const [trustedProxyHops, address] of [
      [0, '192.0.2.1'],
      [1, '198.51.100.7'],
      [2, '203.0.113.9'],
    ] as const) {
      const app = testApp({ trustedProxyHops });
      app.get('/', (c) => c.text(c.var.clientIp));
      expect(await (await ask(app, '/', { headers })).text()).toBe(address);
    }
  });
});

describe('clientIp', () => {
  const SOCKET = '10.0.0.1';

  it.each([
    ['nobody forwarded', undefined, SOCKET],
    ['a client claims an address', '1.1.1.1', SOCKET],
    ['a client claims several', '1.1.1.1, 2.2.2.2', SOCKET],
  ])('with no proxy of ours is the socket’s: %s', (_, header, expected) => {
    expect(clientIp(header, SOCKET, 0)).toBe(expected);
  });

  it.each([
    ['the proxy wrote it', '203.0.113.9', '203.0.113.9'],
    ['a client forged an entry before it', '1.1.1.1, 203.0.113.9', '203.0.113.9'],
    ['a client forged many', '1.1.1.1,2.2.2.2 ,3.3.3.3,  203.0.113.9', '203.0.113.9'],
    ['an IPv6 address', '1.1.1.1, 2001:db8::1', '2001:db8::1'],
    ['the header is empty', '', SOCKET],
    ['the header is missing', undefined, SOCKET],
  ])('with one proxy is its last entry: %s', (_, header, expected) => {
    expect(clientIp(header, SOCKET, 1)).toBe(expected);
  });

  it.each([
    ['both wrote', '203.0.113.9, 198.51.100.7', '203.0.113.9'],
    ['a client forged one more', '1.1.1.1, 203.0.113.9, 198.51.100.7', '203.0.113.9'],
    ['only one of them was passed', '198.51.100.7', SOCKET],
  ])('with two is the last but one: %s', (_, header, expected) => {
    expect(clientIp(header, SOCKET, 2)).toBe(expected);
  });

  it('of a closed socket is unknown', () => {
    expect(clientIp(undefined, undefined, 0)).toBe('unknown');
  });
});
