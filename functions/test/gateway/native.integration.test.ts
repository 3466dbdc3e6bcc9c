import { beforeAll, describe, expect, it } from 'vitest';
import { planFault } from '../harness/sandbox.ts';
import { type Caller, newCaller, post, requestIdOf, sdks, upstreamOf, usageOf } from './support.ts';

let caller: Caller;
beforeAll(async () => {
  caller = await newCaller();
});

const CHAT = 'gpt-4.1-mini';
const MESSAGE = 'claude-haiku-4-5';

describe('OpenAI’s SDK on an OpenAI model', () => {
  it('gets the whole answer, which is recorded as reported', async () => {
    const { data, response } = await caller.openai.chat.completions
      .create({
        model: CHAT,
        messages: [{ role: 'user', content: '[[sandbox: text="Hello there" cached=4 input=20]] Hi' }],
      })
      .withResponse();
    expect(data.choices[0]?.message.content).toBe('Hello there');
    expect(data.usage).toMatchObject({ prompt_tokens: 20, prompt_tokens_details: { cached_tokens: 4 } });
    expect(response.headers.get('ratelimit')).toContain('"tokens"');
    expect(response.headers.get('x-ratelimit-limit-requests')).toBeNull();
    expect(response.headers.get('openai-organization')).toBeNull();
    const record = await usageOf(caller.user, requestIdOf(response));
    expect(record).toMatchObject({
      provider: 'openai',
      model: CHAT,
      route: 'v1/chat/completions',
      inputTokens: 20,
      cachedInputTokens: 4,
      outputTokens: data.usage?.completion_tokens,
      status: 'ok',
      terminationReason: 'completed',
      source: 'provider',
    });
    expect(record.apiKeyId).toEqual(expect.any(String));
  });

  it('gets a stream without the chunk that it did not ask for', async () => {
    const { data, response } = await caller.openai.chat.completions
      .create({
        model: CHAT,
        stream: true,
        messages: [{ role: 'user', content: '[[sandbox: text="One two three"]] Go' }],
      })
      .withResponse();
    let text = '';
    for await (const chunk of data) {
      expect(chunk.choices).toHaveLength(1);
      text += chunk.choices[0]?.delta.content ?? '';
    }
    expect(text).toBe('One two three');
    const requestId = requestIdOf(response);
    expect((await upstreamOf(requestId)).body['stream_options']).toEqual({ include_usage: true });
    const record = await usageOf(caller.user, requestId);
    expect(record).toMatchObject({ status: 'ok', source: 'provider', terminationReason: 'completed' });
    expect(record.timeToFirstTokenMs).toEqual(expect.any(Number));
  });

  it('gets the chunk that it asked for', async () => {
    const stream = await caller.openai.chat.completions.create({
      model: CHAT,
      stream: true,
      stream_options: { include_usage: true },
      messages: [{ role: 'user', content: 'Go' }],
    });
    const usages = [];
    for await (const { usage } of stream) if (usage) usages.push(usage);
    expect(usages).toHaveLength(1);
  });

  it('streams tools', async () => {
    const runner = caller.openai.chat.completions.stream({
      model: CHAT,
      messages: [{ role: 'user', content: `[[sandbox: tool=weather,time args='{"city":"Paris"}']] Go` }],
      tools: ['weather', 'time'].map((name) => ({
        type: 'function',
        function: { name, parameters: { type: 'object', properties: { city: { type: 'string' } } } },
      })),
    });
    const completion = await runner.finalChatCompletion();
    const calls = completion.choices[0]?.message.tool_calls ?? [];
    expect(calls.map((call) => call.type === 'function' && call.function)).toMatchObject([
      { name: 'weather', arguments: '{"city":"Paris"}' },
      { name: 'time', arguments: '{"city":"Paris"}' },
    ]);
    expect(completion.choices[0]?.finish_reason).toBe('tool_calls');
  });
});

describe('Anthropic’s SDK on an Anthropic model', () => {
  it('gets the whole answer, which is recorded as reported', async () => {
    const { data, response, request_id } = await caller.anthropic.messages
      .create({
        model: MESSAGE,
        max_tokens: 500,
        messages: [
          {
            role: 'user',
            content: '[[sandbox: text="Hello" input=90 cached=40 cache_write=20 cache_write_long=5]] Hi',
          },
        ],
      })
      .withResponse();
    expect(data.content).toMatchObject([{ type: 'text', text: 'Hello' }]);
    const record = await usageOf(caller.user, requestIdOf(response));
    expect(record).toMatchObject({
      provider: 'anthropic',
      route: 'v1/messages',
      inputTokens: 90,
      cachedInputTokens: 40,
      cacheWriteInputTokens: 25,
      outputTokens: data.usage.output_tokens,
      source: 'provider',
    });
    expect(request_id).toMatch(/^req_011/);
  });

  it('streams thinking, its signature and text', async () => {
    const stream = caller.anthropic.messages.stream({
      model: MESSAGE,
      max_tokens: 2000,
      thinking: { type: 'enabled', budget_tokens: 1024 },
      messages: [{ role: 'user', content: '[[sandbox: text="So it is" reasoning=30]] Why?' }],
    });
    const message = await stream.finalMessage();
    expect(message.content.map(({ type }) => type)).toEqual(['thinking', 'text']);
    expect(message.content[0]).toMatchObject({ signature: expect.stringMatching(/./) });
    const { response } = await stream.withResponse();
    const record = await usageOf(caller.user, requestIdOf(response));
    expect(record).toMatchObject({ reasoningTokens: 30, source: 'provider', terminationReason: 'completed' });
  });

  it('passes the version and the betas on', async () => {
    const body = JSON.stringify({
      model: MESSAGE,
      max_tokens: 50,
      messages: [{ role: 'user', content: 'Hi' }],
    });
    const response = await post('messages', body, caller.key, {
      'anthropic-version': '2023-06-01',
      'anthropic-beta': 'one-2026-01-01,two-2026-02-02',
    });
    expect(response.status).toBe(200);
    const { headers } = await upstreamOf(requestIdOf(response));
    expect(headers).toMatchObject({
      'anthropic-version': '2023-06-01',
      'anthropic-beta': 'one-2026-01-01,two-2026-02-02',
    });
  });
});

describe('errors', () => {
  it.each(['openai', 'anthropic'] as const)('of a wrong key are 401 in the format of %s', async (name) => {
    const { openai, anthropic } = sdks('fg_test_nonsense');
    const call =
      name === 'openai'
        ? openai.chat.completions.create({ model: CHAT, messages: [{ role: 'user', content: 'Hi' }] })
        : anthropic.messages.create({
            model: MESSAGE,
            max_tokens: 9,
            messages: [{ role: 'user', content: 'Hi' }],
          });
    const error = await call.then(
      () => undefined,
      (thrown: { status: number; type: string }) => thrown,
    );
    expect(error).toMatchObject({ status: 401, type: 'authentication_error' });
  });

  it('of the provider come as they are, and cost nothing', async () => {
    const body = JSON.stringify({ model: CHAT, messages: [{ role: 'user', content: 'Hi' }], temperature: 9 });
    const response = await post('chat/completions', body, caller.key);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      error: { type: 'invalid_request_error', param: 'temperature', code: 'decimal_above_max_value' },
    });
    const record = await usageOf(caller.user, requestIdOf(response));
    expect(record).toMatchObject({
      status: 'error',
      cost: { usd: '0.00' },
      attempts: [{ upstreamStatus: 400 }],
    });
  });

  it('in the middle of a stream end it with the format’s own error event', async () => {
    const error = await caller.openai.chat.completions
      .create({
        model: CHAT,
        stream: true,
        messages: [{ role: 'user', content: '[[sandbox: fault=cut afterEvents=14 delay=3]] Go' }],
      })
      .then(async (stream) => {
        for await (const _ of stream);
      })
      .then(
        () => undefined,
        (thrown: { code: string }) => thrown,
      );
    expect(error).toMatchObject({ code: 'upstream_error' });
    await expect(
      caller.anthropic.messages
        .stream({
          model: MESSAGE,
          max_tokens: 500,
          messages: [{ role: 'user', content: '[[sandbox: fault=cut afterEvents=14 delay=3]] Go' }],
        })
        .finalMessage(),
    ).rejects.toMatchObject({ type: 'api_error' });
  });

  it('of hosted tools under a budget name the field', async () => {
    const body = JSON.stringify({
      model: MESSAGE,
      max_tokens: 100,
      messages: [{ role: 'user', content: 'Hi' }],
      tools: [{ type: 'web_search_20250305', name: 'web_search' }],
    });
    const response = await post('messages', body, caller.key);
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({
      type: 'error',
      error: { type: 'invalid_request_error', message: expect.stringContaining('tools.0') },
    });
  });
});

it('of the provider about the gateway’s own key are 502, without its words', async () => {
  const only = 'gpt-4.1';
  await planFault({
    provider: 'openai',
    model: only,
    kind: 'status',
    status: 401,
    body: { error: { message: 'sk-x' } },
  });
  const body = JSON.stringify({ model: only, messages: [{ role: 'user', content: 'Hi' }] });
  const response = await post('chat/completions', body, caller.key);
  expect(response.status).toBe(502);
  expect(await response.text()).not.toContain('sk-x');
});

describe('under an Idempotency-Key', () => {
  const ask = (path: string, key: string, rest: object = {}) =>
    post(
      path,
      JSON.stringify({ model: CHAT, messages: [{ role: 'user', content: 'Hi' }], ...rest }),
      caller.key,
      {
        'Idempotency-Key': key,
      },
    );

  it.each([
    ['a whole answer', {}],
    ['a stream', { stream: true }],
    ['a refusal', { temperature: 9 }],
  ])('%s comes again as it was, and the provider is asked once', async (what, rest) => {
    const key = `${what.replaceAll(' ', '-')}-${Date.now()}`;
    const first = await ask('chat/completions', key, rest);
    const text = await first.text();
    await upstreamOf(requestIdOf(first));
    const again = await ask('chat/completions', key, rest);
    expect([again.status, await again.text()]).toEqual([first.status, text]);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(again.headers.get('content-type')).toBe(first.headers.get('content-type'));
    await expect(upstreamOf(requestIdOf(again))).rejects.toThrow('0 upstream requests');
    const other = await ask('chat/completions', key, { ...rest, user: 'another' });
    expect([other.status, await other.json()]).toMatchObject([409, { error: { code: 'conflict' } }]);
  });
});
