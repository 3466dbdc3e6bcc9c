import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectError, from } from '../auth/support.ts';
import { call, type RequestOptions } from '../harness/request.ts';
import { type Caller, modelOf, newCaller } from '../llm/support.ts';
import { errorOf, raw } from './support.ts';

const MIB = 1024 * 1024;
let caller: Caller;
beforeAll(async () => {
  caller = await newCaller();
});

/** A route of each sort: public, signed in, and the ones that take prompts. */
const ROUTES = [
  { path: '/api/api/v1/auth/login', token: undefined, limit: MIB },
  { path: '/api/api/v1/auth/client-token', token: 'accessToken', limit: MIB },
  { path: '/api/api/v1/llm/generate', token: 'accessToken', limit: 25 * MIB },
  { path: '/openaiGenerate', token: 'clientToken', limit: 25 * MIB },
  { path: '/anthropicGenerate', token: 'clientToken', limit: 25 * MIB },
  { path: '/geminiGenerate', token: 'clientToken', limit: 25 * MIB },
] as const;

describe.each(ROUTES)('POST $path', ({ path, token, limit }) => {
  const headers = () => ({ ...from(), ...(token && { Authorization: `Bearer ${caller[token]}` }) });
  const post = (options: RequestOptions) =>
    call(path, { method: 'POST', ...options, headers: { ...headers(), ...options.headers } });
  /** In two pieces and with no length. */
  const chunked = (...pieces: (string | Uint8Array)[]) =>
    raw('POST', path, {
      headers: { ...headers(), 'Content-Type': 'application/json', 'Transfer-Encoding': 'chunked' },
      pieces,
    });

  it.each(['{"email":', '{"email":"a@b.de",}', 'email=a', '"', '\u0000', '{}{}', '[1,', 'undefined'])(
    'answers malformed JSON %j with a 400 in our shape, however it is sent',
    async (body) => {
      const answer = await post({ body });
      expect(expectError(answer, 400, 'invalid_request').message).toBe('The body is not valid JSON.');
      expect(answer.text).not.toMatch(/<|at .*\.js|SyntaxError/);
      const inChunks = await chunked(body.slice(0, 1), body.slice(1));
      expect(inChunks.status).toBe(400);
      expect(errorOf(inChunks)).toMatchObject({
        code: 'invalid_request',
        message: 'The body is not valid JSON.',
      });
    },
  );

  it.each(['null', '[]', '"text"', '5', 'true'])('takes no JSON but an object: %s', async (body) => {
    expectError(await post({ body }), 400, 'invalid_request');
  });

  it('names an unknown field', async () => {
    const error = expectError(await post({ body: { nonsense: 1 } }), 400, 'invalid_request');
    expect(JSON.stringify(error.details)).toContain('nonsense');
  });

  it('is not fooled by the names that every object has', async () => {
    for (const name of ['__proto__', 'constructor', 'toString']) {
      expectError(await post({ body: `{"${name}":{"isAdmin":true}}` }), 400, 'invalid_request');
    }
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'text/json',
  ])('does not take %s', async (type) => {
    const answer = await post({ body: '{}', headers: { 'Content-Type': type } });
    expectError(answer, 415, 'unsupported_media_type');
  });

  it('wants a body', async () => {
    expectError(await post({}), 415, 'unsupported_media_type');
    const headersOnly = { ...headers(), 'Content-Type': 'application/json' };
    const empty = await raw('POST', path, { headers: { ...headersOnly, 'Content-Length': 0 } });
    expect(empty.status).toBe(400);
    const none = await raw('POST', path, { headers: headersOnly });
    expect(none.status).toBe(400);
    expect(errorOf(none)).toMatchObject({ code: 'invalid_request' });
  });

  it('takes no compressed body', async () => {
    const body = gzipSync('{"email":"a@b.de"}');
    const answer = await post({ body, headers: { 'Content-Encoding': 'gzip' } });
    expectError(answer, 415, 'unsupported_media_type');
  });

  it('takes a body up to its limit, and none beyond', async () => {
    // Spaces before a JSON value are part of it.
    const fits = await post({ body: Buffer.concat([Buffer.alloc(limit - 2, ' '), Buffer.from('[]')]) });
    expectError(fits, 400, 'invalid_request');
    const large = await post({ body: Buffer.concat([Buffer.alloc(limit - 1, ' '), Buffer.from('[]')]) });
    expect(expectError(large, 413, 'payload_too_large').message).toContain(`${limit / MIB} MiB`);
  });

  it('counts a body in chunks as well', async () => {
    const piece = Buffer.alloc(MIB, ' ');
    const pieces = Array.from({ length: limit / MIB }, () => piece);
    const large = await chunked(...pieces, '[]');
    expect(large.status).toBe(413);
    expect(errorOf(large)).toMatchObject({ code: 'payload_too_large' });
    const fits = await chunked(...pieces.slice(1), piece.subarray(2), '[]');
    expect(fits.status).toBe(400);
  });

  it('does not wait for a body that is too large by its own account', async () => {
    const { status } = await raw('POST', path, {
      headers: {
        ...headers(),
        'Content-Type': 'application/json',
        'Content-Length': limit + 1,
        Connection: 'close',
      },
      pieces: ['{'],
    }).catch(() => ({ status: 'no answer' }));
    expect(status).toBe(413);
  });
});

it('a prompt may be long: it is the bucket that ends it, not the parser', async () => {
  const prompt = 'word '.repeat(100_000);
  const answer = await call('/openaiGenerate', {
    token: caller.clientToken,
    body: { model: modelOf('openai'), prompt, maxTokens: 50 },
  });
  expect(answer.status).toBe(200);
});

it('any text gets through as it is', async () => {
  const prompt = 'Grüße, 世界 👩‍🚀 \u0000 \u2028 "quoted" \\ </script> [[sandbox: text="ok 🌊"]]';
  const answer = await call<{ content: string }>('/openaiGenerate', {
    token: caller.clientToken,
    body: { model: modelOf('openai'), prompt, maxTokens: 50 },
  });
  expect(answer.body.content).toBe('ok 🌊');
});
