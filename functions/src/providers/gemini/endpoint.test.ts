import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UpstreamError, type UpstreamErrorKind } from '../contract.ts';
import { foldStream } from '../fold.ts';
import { SseSplitter } from '../sse.ts';
import { chatRequest, readFixture } from '../test-support.ts';
import { contentBound } from './content-bound.ts';
import { contentMeter } from './content-meter.ts';
import { geminiRefusal, tellRetry, toGeminiError } from './errors.ts';
import { gemini } from './index.ts';

const FIXTURES = new URL('./fixtures/', import.meta.url);
const fixture = (name: string) => readFixture(FIXTURES, name);

describe('the meter', () => {
  it.each(['thoughts-cached', 'max-tokens', 'tool-calls', 'blocked', 'safety', 'empty'])(
    'reads the same from an answer that is streamed and from one that is not: %s',
    (name) => {
      const whole = contentMeter();
      whole.answer(JSON.parse(fixture(`${name}.json`).toString('utf8')), 10);
      const streamed = contentMeter();
      const events = new SseSplitter().push(fixture(`${name}.sse`));
      const kinds = events.map(({ data }) => streamed.event(data ?? ''));
      const { usage, usageComplete, finishReason } = whole.reading();
      expect(streamed.reading()).toMatchObject({ usage, usageComplete, finishReason });
      expect(usageComplete).toBe(true);
      expect(kinds.at(-1)).toBe('end');
      expect(kinds.slice(0, -1).every((kind) => kind === 'content')).toBe(true);
    },
  );

  it('has no last word of a stream that was cut, and counts what it saw', () => {
    const meter = contentMeter();
    const parts = [{ text: 'né' }, { functionCall: { name: 'f', args: { n: 1234567 } } }];
    const event = JSON.stringify({
      candidates: [{ content: { parts } }],
      usageMetadata: { promptTokenCount: 9, candidatesTokenCount: 1 },
    });
    expect(meter.event(event)).toBe('content');
    const reading = meter.reading();
    expect(reading).toMatchObject({
      usage: { inputTokens: 9, outputTokens: 1 },
      usageComplete: false,
      finishReason: undefined,
    });
    expect(reading.seenBytes).toBeGreaterThanOrEqual('né'.length + 1 + '{"n":1234567}'.length);
  });

  it('knows an error event', () => {
    expect(contentMeter().event('{"error":{"code":503,"status":"UNAVAILABLE"}}')).toBe('error');
  });

  it.each([
    '',
    'x',
    '7',
    'null',
    '[]',
    '{"candidates":7}',
    '{"candidates":[7]}',
    '{"candidates":[{"content":7}]}',
    '{"candidates":[{"content":{"parts":[7,{"functionCall":7}]}}],"usageMetadata":"x"}',
  ])('takes what is not of its format for nothing: %s', (data) => {
    const meter = contentMeter();
    expect(meter.event(data)).not.toBe('end');
    meter.answer(data, data.length);
    expect(meter.reading()).toMatchObject({
      usage: undefined,
      usageComplete: false,
      finishReason: undefined,
    });
  });
});

describe('the bound of a body', () => {
  const bound = (body: Record<string, unknown>) => contentBound(body, JSON.stringify(body));
  const asking = (...parts: object[]) => ({
    contents: [{ role: 'user', parts }],
    generationConfig: { maxOutputTokens: 50 },
  });
  const inline = (mimeType: string, data: string) => ({ inlineData: { mimeType, data } });
  const image = inline('image/png', 'A'.repeat(10_000));

  it('is its bytes, its maximum, and nothing for the cache', () => {
    const body = asking({ text: 'é'.repeat(100) });
    expect(bound(body)).toEqual({
      inputTokens: Buffer.byteLength(JSON.stringify(body)),
      outputTokens: 50,
      cacheWrites: 'none',
    });
  });

  it('has images at their maximum, in results of functions too', () => {
    const plain = bound(asking({ text: 'x' })).inputTokens;
    const within = { functionResponse: { name: 'f', response: {}, parts: [image, image] } };
    for (const [body, images] of [
      [asking({ text: 'x' }, image), 1],
      [asking({ text: 'x' }, within), 2],
    ] as const) {
      const more = bound(body).inputTokens - plain;
      expect(more).toBeGreaterThanOrEqual(1120 * images);
      expect(more).toBeLessThan(1120 * images + 300);
      expect(bound(body).unpriced).toBeUndefined();
    }
  });

  it('takes a medium that is none for the text that it may be read as', () => {
    const text = 'é'.repeat(5_000);
    expect(bound(asking(inline('image/png', text))).inputTokens).toBeGreaterThan(10_000);
  });

  it('has room for what tools and schemas add, and for each candidate', () => {
    const body = asking({ text: 'x' });
    const tools = [{ functionDeclarations: [{ name: 'f' }] }];
    expect(bound({ ...body, tools }).inputTokens - bound(body).inputTokens).toBeGreaterThan(1000);
    const json = { maxOutputTokens: 50, candidateCount: 3, responseMimeType: 'application/json' };
    expect(bound({ ...body, generationConfig: json }).outputTokens).toBe(150);
    expect(bound({ ...body, generationConfig: json }).inputTokens).toBeGreaterThan(1000);
  });

  it.each<[string, object]>([
    ['contents[0].parts[0]', asking(inline('application/pdf', 'AAAA'))],
    ['contents[0].parts[0]', asking({ fileData: { fileUri: 'https://example.com' } })],
    ['tools[0]', { ...asking({ text: 'x' }), tools: [{ googleSearch: {} }] }],
    ['cachedContent', { ...asking({ text: 'x' }), cachedContent: 'cachedContents/1' }],
    ['serviceTier', { ...asking({ text: 'x' }), serviceTier: 'priority' }],
    ['generationConfig.mediaResolution', { ...asking(image), generationConfig: { mediaResolution: 'X' } }],
    ['generationConfig.responseModalities', { generationConfig: { responseModalities: ['IMAGE'] } }],
  ])('can’t price %s', (field, body) => {
    expect(bound(body as Record<string, unknown>).unpriced).toBe(field);
  });
});

describe('a refusal', () => {
  const info = (reason: string) => [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason }];
  const refusal = (status: number, error: object) =>
    geminiRefusal(new Response(null, { status }), Buffer.from(JSON.stringify({ error })));

  it.each<[number, object, UpstreamErrorKind]>([
    [400, { status: 'INVALID_ARGUMENT' }, 'invalid_request'],
    [400, { status: 'INVALID_ARGUMENT', details: info('API_KEY_INVALID') }, 'unauthenticated'],
    [400, { status: 'FAILED_PRECONDITION' }, 'unauthenticated'],
    [403, { status: 'PERMISSION_DENIED' }, 'unauthenticated'],
    [404, { status: 'NOT_FOUND' }, 'not_found'],
    [429, { status: 'RESOURCE_EXHAUSTED' }, 'rate_limited'],
    [500, { status: 'INTERNAL' }, 'server_error'],
    [503, { status: 'UNAVAILABLE' }, 'overloaded'],
    [504, { status: 'DEADLINE_EXCEEDED' }, 'timeout'],
  ])('%i %j is %s', (status, error, kind) => {
    expect(refusal(status, error)).toMatchObject({ kind, status, sent: true });
  });

  it('says what, and quotes nothing of what Google wrote', () => {
    const error = refusal(400, {
      status: 'INVALID_ARGUMENT',
      message: 'API key not valid: AIzaSecret, your prompt was "my diary"',
      details: info('API_KEY_INVALID'),
    });
    expect(error.message).toBe('gemini answered 400 INVALID_ARGUMENT API_KEY_INVALID');
    expect(JSON.stringify(error)).not.toMatch(/Secret|diary/);
  });

  it.each([
    ['7s', '7'],
    ['1.200s', '2'],
    ['soon', null],
    [undefined, null],
  ])('with a delay of %s has Retry-After: %s', async (retryDelay, header) => {
    const details = [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay }];
    const body = JSON.stringify({ error: { code: 429, status: 'RESOURCE_EXHAUSTED', details } });
    const told = await tellRetry(new Response(body, { status: 429 }));
    expect(told.headers.get('retry-after')).toBe(header);
    expect(await told.text()).toBe(body);
    expect(geminiRefusal(told, Buffer.from(body)).retryAfterSeconds).toBe(
      header === null ? undefined : Number(header),
    );
  });
});

describe('what the SDK throws', () => {
  class ApiError extends Error {
    status = 503;
  }
  const wanted = new AbortController().signal;

  it('in the middle of a stream has no status: it may be billed', async () => {
    const error = await toGeminiError(new ApiError('got status: 503, "my diary"'), wanted, ApiError);
    expect(error).toMatchObject({ kind: 'overloaded', status: undefined, sent: true });
    expect((error as Error).message).not.toContain('diary');
  });

  it('by a fault of ours is not blamed on the provider', async () => {
    for (const ours of [new TypeError('x is not a function'), new RangeError('y'), 'a string']) {
      expect(await toGeminiError(ours, wanted, ApiError)).toBe(ours);
    }
  });

  it('after our signal is an abort, whatever it is', async () => {
    const errors = [new ApiError('x'), new UpstreamError('connection', 'x')];
    for (const error of errors) {
      expect(await toGeminiError(error, AbortSignal.abort(), ApiError)).toMatchObject({ kind: 'aborted' });
    }
  });
});

describe('an answer that Google would go on with', () => {
  const part = {
    candidates: [
      {
        content: { role: 'model', parts: [{ text: 'One, ' }] },
        finishReason: 'CONTINUATION',
        continuationToken: 'more',
      },
    ],
    usageMetadata: { promptTokenCount: 4, candidatesTokenCount: 2 },
    responseId: 'r1',
  };
  let asked: number;
  let server: Server;
  let baseUrl: string;
  beforeAll(async () => {
    server = createServer((request, response) => {
      asked += 1;
      request.resume();
      const streamed = request.url?.includes('alt=sse');
      response.writeHead(200, { 'content-type': streamed ? 'text/event-stream' : 'application/json' });
      response.end(streamed ? `data: ${JSON.stringify(part)}\n\n` : JSON.stringify(part));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  // Each part is billed, and the bound is of one.
  it('is asked for once, and was cut at its length', async () => {
    const provider = gemini.connect({ apiKey: 'k', baseUrl, sandbox: false });
    const [model] = gemini.models;
    if (!model) throw new Error('no models');
    const context = { requestId: 'r', signal: new AbortController().signal };
    for (const answer of [
      () => provider.generate(chatRequest(model), context),
      () => foldStream(provider.stream(chatRequest(model), context)),
    ]) {
      asked = 0;
      expect(await answer()).toMatchObject({ content: 'One, ', finishReason: 'length' });
      expect(asked).toBe(1);
    }
  });
});

describe('an answer that is passed on', () => {
  let server: Server;
  let baseUrl: string;
  let closed: Promise<void>;
  beforeAll(async () => {
    server = createServer((request, response) => {
      closed = new Promise((resolve) => response.once('close', resolve));
      request.resume();
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: {"a": 1}\r\n\r\n');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  it('is as it came, and ends with our signal after its headers have come, too', async () => {
    const { endpoints } = gemini.connect({ apiKey: 'k', baseUrl, sandbox: false });
    const call = { model: 'gemini-3.8-flash', stream: true, contents: [{ parts: [{ text: 'Hi' }] }] };
    const body = new TextEncoder().encode(JSON.stringify({ ...call, generationConfig: {} }));
    const controller = new AbortController();
    const context = { requestId: 'r', signal: controller.signal };
    const response = await endpoints.generateContent?.send({ body, headers: {}, query: {} }, context);
    const reader = response?.body?.getReader();
    const first = await reader?.read();
    expect(Buffer.from(first?.value ?? []).toString()).toBe('data: {"a": 1}\r\n\r\n');
    controller.abort();
    await expect(reader?.read()).rejects.toThrow();
    await closed;
  });
});
