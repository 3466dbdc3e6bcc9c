import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ServeProcess } from '../../../tools/lib/serve-process.ts';
import { send } from '../harness/request.ts';
import { startInstance } from '../harness/stack.ts';
import { bodyOf, type RawUpstream, startRawUpstream, streamOf } from './raw-upstream.ts';
import { type Caller, newCaller, requestIdOf, usageOf } from './support.ts';

// A request and an answer that no serialiser would write, so that none can have had a hand in them.

let upstream: RawUpstream;
let instance: ServeProcess;
let caller: Caller;
beforeAll(async () => {
  upstream = await startRawUpstream();
  instance = await startInstance({
    OPENAI_BASE_URL: `${upstream.url}/v1`,
    OPENAI_API_KEY: 'sk-upstream',
    ANTHROPIC_BASE_URL: upstream.url,
    ANTHROPIC_API_KEY: 'sk-ant-upstream',
    REQUEST_DEADLINE_SECONDS: '3',
  });
  caller = await newCaller(instance.url);
});
afterAll(async () => {
  await instance?.stop();
  await upstream?.stop();
});

const post = (path: string, body: string, headers: Record<string, string> = {}, signal?: AbortSignal) =>
  send(`/gateway/v1/${path}`, {
    body,
    token: caller.key,
    headers,
    url: instance.url,
    ...(signal && { signal }),
  });

const CHAT = `{ "model" : "openai/gpt-4o",\n  "messages":[{"content":"h\\u00e9llo \\ud83d\\udc4b 世界","role":"user"}],
  "x_new_field" : {"b":1.50,"a":1E+2,"n":null}, "seed":  12345678901234567890 }`;
const COMPLETION = `{"id":"chatcmpl-1", "object":"chat.completion","choices":[ {"index":0,"message":{"role":"assistant",
 "content":"h\\u00e9"},"finish_reason":"stop"}],"usage":{"prompt_tokens":11,"completion_tokens":2,"total_tokens":13},"new":1.0}\n`;
const CHUNKS = [
  ': keep-alive\r\n\r\n',
  'data: {"id":"1","choices":[{"index":0,"delta":{"role":"assistant","content":""}}], "usage":null}\n\n',
  'data: {"id":"1","choices":[{"index":0,"delta":{"content":"h\\u00e9 世 👋"}}]}\r\n\r\n',
  'data:{"id":"1","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n',
];
const USAGE = 'data: {"id":"1","choices":[],"usage":{"prompt_tokens":11,"completion_tokens":2}}\n\n';
const DONE = 'data: [DONE]\n\n';

const MESSAGE = `{"messages":[{"role":"assistant","content":[{"type":"thinking","thinking":"","signature":"Eq\\/+=="}]},
{"role":"user","content":"h\\u00e9"}],"max_tokens":64,"model":"claude-haiku-4-5","future":[1.0,{"x":-0.0}]}`;
const MESSAGE_EVENTS = [
  'event: message_start\ndata: {"type":"message_start","message":{"id":"m","usage":{"input_tokens":9,"output_tokens":1,"cache_read_input_tokens":null}}}\n\n',
  'event: ping\ndata: {"type": "ping"}\n\n',
  'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"h\\u00e9 世"}}\n\n',
  'event: of_tomorrow\ndata: {"type":"of_tomorrow","x":1.0}\n\n',
  'event: message_delta\ndata: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":5}}\n\n',
  'event: message_stop\ndata: {"type":"message_stop"}\n\n',
];

describe('a request', () => {
  it('of OpenAI’s format is edited in the model and the absent maximum alone', async () => {
    upstream.answer(bodyOf(200, COMPLETION));
    await post('chat/completions', CHAT, { 'OpenAI-Beta': 'x=v1', 'OpenAI-Organization': 'org-mine' });
    const { body, path, headers } = upstream.last();
    expect(body).toBe(CHAT.replace('openai/gpt-4o', 'gpt-4o').replace('{', '{"max_completion_tokens":4096,'));
    expect(path).toBe('/v1/chat/completions');
    expect(headers).toMatchObject({ authorization: 'Bearer sk-upstream', 'openai-beta': 'x=v1' });
    expect(headers['openai-organization']).toBeUndefined();
  });

  it('that streams is edited in stream_options.include_usage too', async () => {
    upstream.answer(streamOf([...CHUNKS, USAGE, DONE]));
    const asked =
      '{"stream":true,"stream_options":{ "include_obfuscation":false },"max_tokens":7,"model":"gpt-4o","messages":[]}';
    await (await post('chat/completions', asked)).text();
    expect(upstream.last().body).toBe(asked.replace('{ "include_ob', '{"include_usage":true, "include_ob'));
    const whole = asked.replace('{ "include_obfuscation":false }', '{"include_usage":true}');
    await (await post('chat/completions', whole)).text();
    expect(upstream.last().body).toBe(whole);
  });

  it('of Anthropic’s format goes out as it came, by whichever header the key is sent', async () => {
    upstream.answer(bodyOf(200, '{"usage":{"input_tokens":1,"output_tokens":1},"stop_reason":"end_turn"}'));
    const sent = {
      body: MESSAGE,
      url: instance.url,
      headers: { 'X-API-Key': caller.key, 'anthropic-version': '2023-06-01' },
    };
    expect((await send('/gateway/v1/messages?beta=true', sent)).status).toBe(200);
    const { body, path, headers } = upstream.last();
    expect(body).toBe(MESSAGE);
    expect(path).toBe('/v1/messages?beta=true');
    expect(headers['anthropic-version']).toBe('2023-06-01');
    expect(JSON.stringify(headers)).not.toContain(caller.key);
  });
});

describe('an answer', () => {
  it('that is whole comes as it was sent, with the headers that are the client’s business', async () => {
    upstream.answer(
      bodyOf(200, COMPLETION, {
        'x-request-id': 'req_upstream',
        'openai-version': '2020-10-01',
        'openai-organization': 'org-secret',
        'x-ratelimit-remaining-tokens': '5',
        'set-cookie': 'a=b',
      }),
    );
    const response = await post('chat/completions', CHAT);
    expect(await response.text()).toBe(COMPLETION);
    expect(response.headers.get('x-request-id')).toMatch(/^req_/);
    expect(response.headers.get('x-request-id')).not.toBe('req_upstream');
    expect(response.headers.get('openai-version')).toBe('2020-10-01');
    for (const name of ['openai-organization', 'x-ratelimit-remaining-tokens', 'set-cookie']) {
      expect(response.headers.get(name)).toBeNull();
    }
    expect(await usageOf(caller.user, requestIdOf(response))).toMatchObject({
      inputTokens: 11,
      outputTokens: 2,
    });
  });

  const openAiStream = `{"stream":true,"model":"gpt-4o","messages":[{"role":"user","content":"Hi"}]`;

  it.each([1, 3, 7, 100_000])('that streams does too, in pieces of %i bytes', async (size) => {
    const all = Buffer.from([...CHUNKS, USAGE, DONE].join(''));
    const pieces = [];
    for (let at = 0; at < all.length; at += size) pieces.push(all.subarray(at, at + size));
    upstream.answer(streamOf(pieces));
    const withUsage = await post(
      'chat/completions',
      `${openAiStream},"stream_options":{"include_usage":true}}`,
    );
    expect(await withUsage.text()).toBe([...CHUNKS, USAGE, DONE].join(''));
    const without = await post('chat/completions', `${openAiStream}}`);
    expect(await without.text()).toBe([...CHUNKS, DONE].join(''));
    const record = await usageOf(caller.user, requestIdOf(without));
    expect(record).toMatchObject({ inputTokens: 11, outputTokens: 2, source: 'provider', status: 'ok' });
  });

  it('of Anthropic’s format streams as it was sent, with events that nobody knows yet', async () => {
    upstream.answer(streamOf(MESSAGE_EVENTS, { 'request-id': 'req_011' }));
    const response = await post('messages', MESSAGE.replace('{', '{"stream":true,'));
    expect(await response.text()).toBe(MESSAGE_EVENTS.join(''));
    expect(response.headers.get('request-id')).toBe('req_011');
    const record = await usageOf(caller.user, requestIdOf(response));
    expect(record).toMatchObject({ inputTokens: 9, outputTokens: 5, source: 'provider' });
  });

  it('that refuses comes as it was sent, with its status and when to come back', async () => {
    const body = '{ "error": {"message":"Slow down", "type":"requests","code":"rate_limit_exceeded"} }';
    upstream.answer(bodyOf(429, body, { 'retry-after': '7' }));
    const response = await post('chat/completions', CHAT);
    expect([response.status, response.headers.get('retry-after'), await response.text()]).toEqual([
      429,
      '7',
      body,
    ]);
    const record = await usageOf(caller.user, requestIdOf(response));
    expect(record).toMatchObject({ status: 'error', inputTokens: 0, attempts: [{ upstreamStatus: 429 }] });
  });

  it('that breaks off in an event ends with whole events and the error', async () => {
    upstream.answer(async (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(`${CHUNKS[1]}${CHUNKS[2]}data: {"half`);
      await new Promise((resolve) => setTimeout(resolve, 20));
      response.destroy();
    });
    const response = await post('chat/completions', `${openAiStream}}`);
    const text = await response.text();
    expect(text.startsWith(`${CHUNKS[1]}${CHUNKS[2]}data: {"error":{"message":"The connection`)).toBe(true);
    const record = await usageOf(caller.user, requestIdOf(response));
    expect(record).toMatchObject({
      status: 'error',
      terminationReason: 'upstream_error',
      source: 'estimated',
    });
    // What was seen is all that a model without hidden thoughts can have been paid for.
    expect(record.outputTokens).toBe(Buffer.byteLength('hé 世 👋'));
  });
});

describe('a client that leaves', () => {
  it('is recorded at what the provider reports, once the stream has drained', async () => {
    let go: () => void = () => {};
    upstream.answer(async (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(CHUNKS[2]);
      await new Promise<void>((resolve) => {
        go = resolve;
      });
      response.end(`${CHUNKS[3]}${USAGE}${DONE}`);
    });
    const leaving = new AbortController();
    const body = '{"stream":true,"model":"gpt-4o","messages":[{"role":"user","content":"Hi"}]}';
    const response = await post('chat/completions', body, {}, leaving.signal);
    const reader = response.body?.getReader();
    await reader?.read();
    leaving.abort();
    await new Promise((resolve) => setTimeout(resolve, 100));
    go();
    await expect
      .poll(() => usageOf(caller.user, requestIdOf(response)).catch(() => undefined), { timeout: 5000 })
      .toMatchObject({
        status: 'cancelled',
        terminationReason: 'client_disconnected',
        source: 'provider',
        outputTokens: 2,
      });
  });
});

describe('a provider that stands still', () => {
  const streamed = '{"stream":true,"model":"gpt-4o","messages":[{"role":"user","content":"Hi"}]}';

  it('before it answers is a 504 at the deadline, held in full', async () => {
    upstream.answer(() => new Promise(() => {}));
    const response = await post('chat/completions', CHAT);
    expect(response.status).toBe(504);
    expect(await response.json()).toMatchObject({
      error: { code: 'upstream_timeout', type: 'server_error' },
    });
    await upstream.last().closed;
    expect(await usageOf(caller.user, requestIdOf(response))).toMatchObject({
      status: 'error',
      terminationReason: 'deadline',
      source: 'held',
    });
  });

  it('in the middle of a stream ends it with the format’s error event at the deadline', async () => {
    upstream.answer((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(CHUNKS[2]);
    });
    const response = await post('chat/completions', streamed);
    const text = await response.text();
    expect(text.startsWith(`${CHUNKS[2]}data: {"error":`)).toBe(true);
    expect(text).toContain('"code":"upstream_timeout"');
    expect(await usageOf(caller.user, requestIdOf(response))).toMatchObject({
      terminationReason: 'deadline',
      source: 'estimated',
    });
  });
});

describe('an end that is none', () => {
  it.each([
    [
      'of chat completions',
      'chat/completions',
      '{"stream":true,"model":"gpt-4o","messages":[]}',
      [CHUNKS[2] ?? ''],
    ],
    ['of messages', 'messages', MESSAGE.replace('{', '{"stream":true,'), MESSAGE_EVENTS.slice(0, -1)],
  ])('%s gets the format’s error event', async (_, path, body, pieces) => {
    upstream.answer(streamOf(pieces));
    const response = await post(path, body);
    const added = (await response.text()).replace(pieces.join(''), '');
    expect(added).toMatch(/^(event: error\n)?data: \{.*"error":.*\n\n$/);
    expect(await usageOf(caller.user, requestIdOf(response))).toMatchObject({ status: 'error' });
  });

  it('but a provider of the format may leave out [DONE]', async () => {
    upstream.answer(streamOf([...CHUNKS, USAGE]));
    const response = await post('chat/completions', '{"stream":true,"model":"gpt-4o","messages":[]}');
    expect(await response.text()).toBe(CHUNKS.join(''));
    expect(await usageOf(caller.user, requestIdOf(response))).toMatchObject({
      status: 'ok',
      source: 'provider',
    });
  });

  it('the provider’s own error event comes as it was sent, and nothing after it', async () => {
    const error =
      'event: error\ndata: {"type":"error", "error":{"type":"overloaded_error","message":"Overloaded"}}\n\n';
    upstream.answer(streamOf([...MESSAGE_EVENTS.slice(0, 3), error]));
    const response = await post('messages', MESSAGE.replace('{', '{"stream":true,'));
    expect(await response.text()).toBe([...MESSAGE_EVENTS.slice(0, 3), error].join(''));
    expect(await usageOf(caller.user, requestIdOf(response))).toMatchObject({
      status: 'error',
      terminationReason: 'upstream_error',
    });
  });

  it('a whole answer that is not JSON is a 502 that is held in full', async () => {
    upstream.answer(bodyOf(200, '{"half'));
    const response = await post('chat/completions', CHAT);
    expect(response.status).toBe(502);
    expect(await usageOf(caller.user, requestIdOf(response))).toMatchObject({
      status: 'error',
      source: 'held',
    });
  });
});

it('a client that reads slowly slows the provider down, and gets every byte', async () => {
  const chunk = `data: {"id":"1","choices":[{"index":0,"delta":{"content":"${'x'.repeat(60_000)}"}}]}\n\n`;
  const count = 300;
  let sent = 0;
  upstream.answer(async (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (; sent < count; sent += 1) {
      if (!response.write(chunk)) await new Promise((resolve) => response.once('drain', resolve));
    }
    response.end(`${CHUNKS[3]}${USAGE}${DONE}`);
  });
  const response = await post('chat/completions', '{"stream":true,"model":"gpt-4o","messages":[]}');
  const reader = response.body?.getReader();
  const first = await reader?.read();
  await new Promise((resolve) => setTimeout(resolve, 700));
  expect(sent).toBeLessThan(count);
  let bytes = first?.value?.length ?? 0;
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read())
    bytes += part.value.length;
  expect(bytes).toBe(Buffer.byteLength(chunk) * count + Buffer.byteLength(`${CHUNKS[3]}${DONE}`));
});

describe('an upstream that redirects', () => {
  it.each([
    ['chat/completions', CHAT],
    ['messages', MESSAGE],
  ])('is not followed with the key on %s', async (path, body) => {
    const elsewhere = await startRawUpstream();
    try {
      let reached = 0;
      elsewhere.answer((response) => {
        reached += 1;
        response.end();
      });
      upstream.answer((response) => {
        response.writeHead(307, { location: `${elsewhere.url}/v1/${path}` }).end();
      });
      expect((await post(path, body)).status).toBe(502);
      expect(reached).toBe(0);
    } finally {
      await elsewhere.stop();
    }
  });
});
