import { describe, expect, it } from 'vitest';
import { ask, errorOf, testApp } from '../test-support.ts';
import { BODY_LIMIT, jsonBody, MIB } from './request-validation.ts';

const app = testApp();
app.post('/', jsonBody(), async (c) => c.json({ got: await c.req.json() }));
app.post('/small', jsonBody(64), async (c) => c.json({ got: await c.req.json() }));

const JSON_TYPE = { 'Content-Type': 'application/json' };
const sized = (body: string) => ({
  method: 'POST',
  body,
  headers: { ...JSON_TYPE, 'Content-Length': String(Buffer.byteLength(body)) },
});
/** As a client that does not know the length beforehand sends it. */
const chunked = (body: string, size = 16) => ({
  method: 'POST',
  duplex: 'half' as const,
  headers: { ...JSON_TYPE, 'Transfer-Encoding': 'chunked' },
  body: new ReadableStream({
    start(controller) {
      const bytes = new TextEncoder().encode(body);
      for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.slice(at, at + size));
      controller.close();
    },
  }),
});

it('the limits are the contract’s', () => {
  expect(BODY_LIMIT).toEqual({ default: 1024 * 1024, generate: 25 * 1024 * 1024 });
});

describe.each([
  ['with a length', sized],
  ['in chunks', chunked],
])('RequestValidationMiddleware, a body %s', (_, send) => {
  it('reaches the handler', async () => {
    const response = await ask(app, '/', send('{"prompt":"Grüße 🌊"}'));
    expect(await response.json()).toEqual({ got: { prompt: 'Grüße 🌊' } });
  });

  it.each(['{"prompt":', '', ' ', 'prompt=hello', '{"a":1}{"b":2}', "{'a':1}", 'NaN'])(
    'of %j is a 400 in our shape',
    async (text) => {
      const error = await errorOf(await ask(app, '/', send(text)));
      expect(error).toMatchObject({ status: 400, code: 'invalid_request', requestId: expect.any(String) });
      expect(error.message).toBe('The body is not valid JSON.');
    },
  );

  it.each(['{"a":"\\ud800"}', '{"a":[{"\\udc00b":1}]}', '"\\ude00\\ud83d"'])(
    'of %s is a 400: half a character is none',
    async (text) => {
      const error = await errorOf(await ask(app, '/', send(text)));
      expect(error).toMatchObject({ status: 400, code: 'invalid_request' });
      expect(error.message).toContain('not Unicode');
    },
  );

  it('may be nested as deep as anybody needs', async () => {
    const nested = (levels: number) => `${'{"a":'.repeat(levels)}[]${'}'.repeat(levels)}`;
    expect((await ask(app, '/', send(nested(500)))).status).toBe(200);
    for (const levels of [501, 100_000]) {
      const error = await errorOf(await ask(app, '/', send(nested(levels))));
      expect(error).toMatchObject({ status: 400, code: 'invalid_request' });
      expect(error.message).toContain('500 levels');
    }
  });

  it('may have characters in escapes', async () => {
    const response = await ask(app, '/', send('{"a\\ud83d\\ude00":"\\ud83d\\ude00\\\\ud800"}'));
    expect(await response.json()).toEqual({ got: { 'a😀': '😀\\ud800' } });
  });

  it('may be as large as the limit, and no larger', async () => {
    const fits = JSON.stringify('x'.repeat(62));
    expect((await ask(app, '/small', send(fits))).status).toBe(200);
    const error = await errorOf(await ask(app, '/small', send(`${fits} `)));
    expect(error).toMatchObject({ status: 413, code: 'payload_too_large' });
  });
});

it('counts bytes, not characters', async () => {
  const text = JSON.stringify('é'.repeat(40));
  expect(text.length).toBeLessThan(64);
  expect((await ask(app, '/small', sized(text))).status).toBe(413);
  expect((await ask(app, '/small', chunked(text))).status).toBe(413);
});

it('says how large a body may be', async () => {
  const error = await errorOf(await ask(app, '/', sized(' '.repeat(MIB + 1))));
  expect(error).toMatchObject({ status: 413, message: 'The body is larger than 1 MiB.' });
});

describe('the content type', () => {
  const post = (headers: Record<string, string>) =>
    ask(app, '/', { method: 'POST', body: '{}', headers: { 'Content-Length': '2', ...headers } });

  it.each(['application/json', 'application/json; charset=utf-8', 'Application/JSON'])(
    '%s is taken',
    async (type) => {
      expect((await post({ 'Content-Type': type })).status).toBe(200);
    },
  );

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    'application/json-seq',
    'json',
  ])('%s is a 415', async (type) => {
    expect(await errorOf(await post({ 'Content-Type': type }))).toMatchObject({
      status: 415,
      code: 'unsupported_media_type',
      message: `The body must be application/json, not ${type}.`,
    });
  });

  it('none is a 415', async () => {
    const response = await ask(app, '/', { method: 'POST' });
    expect(await errorOf(response)).toMatchObject({ status: 415 });
  });

  it.each(['gzip', 'br', 'deflate', 'gzip, identity'])('an encoding of %s is a 415', async (encoding) => {
    const response = await post({ ...JSON_TYPE, 'Content-Encoding': encoding });
    expect(await errorOf(response)).toMatchObject({ status: 415, code: 'unsupported_media_type' });
  });

  it('the identity encoding is none', async () => {
    expect((await post({ ...JSON_TYPE, 'Content-Encoding': 'Identity' })).status).toBe(200);
  });
});
