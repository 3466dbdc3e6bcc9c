import { beforeAll, describe, expect, it } from 'vitest';
import { from } from '../auth/support.ts';
import { type Answer, call } from '../harness/request.ts';
import { startInstance } from '../harness/stack.ts';
import { type Caller, modelOf, newCaller } from '../llm/support.ts';
import { errorOf, raw } from './support.ts';

let caller: Caller;
beforeAll(async () => {
  caller = await newCaller();
});

/** Answers of every function and of every sort, refusals and failures among them. */
const ANSWERS: Record<string, () => Promise<Answer>> = {
  health: () => call('/api/api/health'),
  'a public route': () => call('/api/api/v1/client-config'),
  'a route for users': () => call('/api/api/v1/auth/me', { token: caller.accessToken }),
  'the docs page': () => call('/api/api/docs'),
  'the document': () => call('/api/api/openapi.json'),
  '400': () => call('/api/api/v1/auth/login', { body: {}, headers: from() }),
  '401': () => call('/api/api/v1/auth/me'),
  '403': () => call('/openaiGenerate', { token: caller.accessToken, body: {} }),
  '404': () => call('/api/api/v1/nowhere'),
  '404 of a proxy': () => call('/openaiGenerate/nowhere'),
  '413': () => call('/api/api/v1/auth/login', { body: Buffer.alloc(1024 * 1024 + 1, ' '), headers: from() }),
  '502': () =>
    call('/openaiGenerate', {
      token: caller.clientToken,
      body: { model: modelOf('openai'), prompt: '[[sandbox: fault=server_error]]' },
    }),
  listProviders: () => call('/listProviders', { token: caller.clientToken }),
  'an answer': () =>
    call('/openaiGenerate', {
      token: caller.clientToken,
      body: { model: modelOf('openai'), prompt: 'Hello' },
    }),
  'a stream': () =>
    call('/openaiGenerate', {
      token: caller.clientToken,
      body: { model: modelOf('openai'), prompt: 'Hello', stream: true },
    }),
};

describe('every answer', () => {
  it.each(Object.keys(ANSWERS))('carries the security headers and an id: %s', async (name) => {
    const headers = Object.fromEntries((await ANSWERS[name]?.())?.headers ?? []);
    expect(headers).toMatchObject({
      'strict-transport-security': expect.stringMatching(/^max-age=\d{8,}; includeSubDomains/),
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
      'x-request-id': expect.stringMatching(/^req_\w{22}$/),
      'cache-control': expect.stringMatching(/no-store|no-cache/),
    });
    expect(headers['content-security-policy']).not.toMatch(/script-src[^;]*unsafe/);
    expect(headers).not.toHaveProperty('x-powered-by');
    expect(headers).not.toHaveProperty('server');
  });

  it('has an id of its own, whatever the client sends', async () => {
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => call('/api/api/health', { headers: { 'X-Request-Id': 'mine' } })),
    );
    const ids = answers.map(({ headers }) => headers.get('x-request-id'));
    expect(new Set(ids).size).toBe(50);
    expect(ids).not.toContain('mine');
  });
});

const FUNCTIONS = [
  '/api/api/v1/auth/login',
  '/openaiGenerate',
  '/anthropicGenerate',
  '/geminiGenerate',
  '/listProviders',
];
const preflight = (path: string, origin: string, url?: string) =>
  call(path, {
    method: 'OPTIONS',
    headers: {
      Origin: origin,
      'Access-Control-Request-Method': 'POST',
      'Access-Control-Request-Headers': 'authorization, content-type',
    },
    ...(url && { url }),
  });
const HERE = 'http://127.0.0.1:5000';

describe.each(FUNCTIONS)('CORS on %s', (path) => {
  it('lets in pages of this machine, when nothing is set', async () => {
    for (const origin of [HERE, 'http://localhost:5173', 'http://[::1]:3000']) {
      const { status, headers, text } = await preflight(path, origin);
      expect({ status, text }).toEqual({ status: 204, text: '' });
      expect(headers.get('access-control-allow-origin')).toBe(origin);
      expect(headers.get('access-control-allow-methods')).toContain('POST');
      expect(headers.get('access-control-allow-headers')?.toLowerCase()).toMatch(
        /authorization.*content-type/,
      );
      expect(headers.get('vary')).toContain('Origin');
      expect(headers.has('x-request-id')).toBe(true);
    }
  });

  it.each([
    'https://evil.example',
    'http://127.0.0.1.evil.example',
    'http://localhost.evil.example:5000',
    'http://evil.example/#http://127.0.0.1',
    'null',
    'https://127.0.0.1:5000',
  ])('does not let in %s', async (origin) => {
    for (const answer of [await preflight(path, origin), await call(path, { headers: { Origin: origin } })]) {
      expect(answer.headers.has('access-control-allow-origin')).toBe(false);
    }
  });

  it('lets a page read an error, its id and its limits', async () => {
    const answer = await call(path, { method: 'POST', headers: { Origin: HERE, ...from() } });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.headers.get('access-control-allow-origin')).toBe(HERE);
    const exposed = answer.headers.get('access-control-expose-headers')?.split(/, ?/);
    expect(exposed).toEqual(
      expect.arrayContaining(['X-Request-Id', 'Retry-After', 'RateLimit', 'RateLimit-Policy']),
    );
    expect(answer.headers.has('access-control-allow-credentials')).toBe(false);
  });
});

it('CORS_ORIGINS lets in those pages and no others', async () => {
  const instance = await startInstance({ CORS_ORIGINS: 'https://app.example.com,https://admin.example.com' });
  try {
    for (const path of FUNCTIONS) {
      for (const [origin, allowed] of [
        ['https://app.example.com', 'https://app.example.com'],
        ['https://admin.example.com', 'https://admin.example.com'],
        ['https://app.example.com.evil.example', null],
        ['http://app.example.com', null],
        [HERE, null],
      ] as const) {
        const { headers } = await preflight(path, origin, instance.url);
        expect(headers.get('access-control-allow-origin')).toBe(allowed);
      }
    }
  } finally {
    await instance.stop();
  }
});

describe('a request that is for nobody', () => {
  it.each([
    ['GET', '/api/api/v1/nowhere'],
    ['GET', '/api/'],
    ['GET', '/api'],
    ['GET', '/api/v1'],
    ['GET', '/api/api/v1/auth/login'],
    ['DELETE', '/api/api/v1/auth/me'],
    ['PUT', '/api/api/v1/llm/generate'],
    ['GET', '/openaiGenerate'],
    ['POST', '/openaiGenerate/v1/chat'],
    ['POST', '/listProviders'],
    ['GET', '/api/api/v1/%E0%A4%A'],
    ['GET', '/api/api/v1/nowhere?x=%E0%A4%A'],
    ['GET', '/openaiGenerate/%'],
    ['GET', '/api/api/v1/auth/me/'],
    ['GET', '/api//api/v1/auth/me'],
    ['GET', '/api/api/v1/../../openaiGenerate'],
    ['PROPFIND', '/api/api/v1/auth/me'],
    ['TRACE', '/api/api/v1/auth/me'],
  ])('%s %s is a 404 in our shape that no cache keeps', async (method, target) => {
    const answer = await raw(method, target);
    expect({ status: answer.status, text: answer.text }).toEqual({
      status: 404,
      text: expect.stringContaining('not_found'),
    });
    expect(errorOf(answer)).toEqual({
      code: 'not_found',
      message: expect.any(String),
      requestId: answer.headers['x-request-id'],
    });
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.headers['content-type']).toContain('application/json');
  });

  it.each(['a b', '[', 'x'.repeat(300), 'evil.example/..'])(
    'a host of %j is no way round that',
    async (host) => {
      const answer = await raw('GET', '/api/api/v1/nowhere', { headers: { Host: host } });
      expect([400, 404]).toContain(answer.status);
      expect(answer.text).not.toMatch(/<|at .*\.js/);
    },
  );

  it('HEAD answers as GET does, without the body', async () => {
    const answer = await raw('HEAD', '/api/api/health');
    expect(answer).toMatchObject({ status: 200, text: '' });
  });
});
