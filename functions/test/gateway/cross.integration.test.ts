import { beforeAll, describe, expect, it } from 'vitest';
import { type Caller, newCaller, post, requestIdOf, upstreamOf, usageOf } from './support.ts';

let caller: Caller;
beforeAll(async () => {
  caller = await newCaller();
});

const CLAUDE = 'claude-haiku-4-5';
const GPT = 'gpt-5.4-mini';
const PARAMETERS = { type: 'object' as const, properties: { city: { type: 'string' } }, required: ['city'] };
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=';

describe('OpenAI’s SDK on a Claude model', () => {
  const ask = (content: string) => ({ model: CLAUDE, messages: [{ role: 'user' as const, content }] });

  it('gets a completion, recorded with the cache’s tokens', async () => {
    const { data, response } = await caller.openai.chat.completions
      .create(ask('[[sandbox: text="Hello" input=90 cached=40 cache_write=20 cache_write_long=5]] Hi'))
      .withResponse();
    expect(data.object).toBe('chat.completion');
    expect(data.choices[0]).toMatchObject({ message: { content: 'Hello' }, finish_reason: 'stop' });
    expect(data.usage).toMatchObject({
      prompt_tokens: 90,
      prompt_tokens_details: { cached_tokens: 40, cache_write_tokens: 25 },
    });
    const requestId = requestIdOf(response);
    expect((await upstreamOf(requestId)).path).toBe('/v1/messages');
    expect(await usageOf(caller.user, requestId)).toMatchObject({
      provider: 'anthropic',
      model: CLAUDE,
      route: 'v1/chat/completions',
      inputTokens: 90,
      cachedInputTokens: 40,
      cacheWriteInputTokens: 25,
      outputTokens: data.usage?.completion_tokens,
      source: 'provider',
    });
  });

  it('streams tools and their results, several turns long', async () => {
    const tools = ['weather', 'time'].map((name) => ({
      type: 'function' as const,
      function: { name, parameters: PARAMETERS },
    }));
    const first = { ...ask(`[[sandbox: tool=weather,time args='{"city":"Paris"}']] Go`), tools };
    const completion = await caller.openai.chat.completions.stream(first).finalChatCompletion();
    const message = completion.choices[0]?.message;
    expect(completion.choices[0]?.finish_reason).toBe('tool_calls');
    expect(message?.tool_calls).toMatchObject([
      { function: { name: 'weather', arguments: '{"city":"Paris"}' } },
      { function: { name: 'time', arguments: '{"city":"Paris"}' } },
    ]);
    if (!message) throw new Error('no message');
    const results = (message.tool_calls ?? []).map(({ id }) => ({
      role: 'tool' as const,
      tool_call_id: id,
      content: 'Fine',
    }));
    const messages = [...first.messages, message, ...results];
    const { data, response } = await caller.openai.chat.completions
      .create({ model: CLAUDE, tools, messages })
      .withResponse();
    expect(data.choices[0]?.message.content).toMatch(/./);
    const { body } = await upstreamOf(requestIdOf(response));
    expect(body['messages']).toMatchObject([
      { role: 'user' },
      { role: 'assistant', content: [{ type: 'text' }, { type: 'tool_use' }, { type: 'tool_use' }] },
      { role: 'user', content: [{ type: 'tool_result' }, { type: 'tool_result' }] },
    ]);
  });

  it('sees thinking, whole and streamed, and brings it back', async () => {
    const thinking = { ...ask('[[sandbox: text="So" reasoning=20]] Why?'), reasoning_effort: 'low' as const };
    const whole = await caller.openai.chat.completions.create(thinking);
    const message = whole.choices[0]?.message as unknown as Record<string, unknown>;
    expect(message).toMatchObject({
      content: 'So',
      reasoning_content: expect.stringMatching(/./),
      thinking_blocks: [{ type: 'thinking', signature: expect.stringMatching(/./) }],
    });
    expect(whole.usage?.completion_tokens_details?.reasoning_tokens).toBe(20);
    let thought = '';
    const stream = await caller.openai.chat.completions.create({ ...thinking, stream: true });
    for await (const chunk of stream) {
      const delta = chunk.choices[0]?.delta as { reasoning_content?: string } | undefined;
      thought += delta?.reasoning_content ?? '';
    }
    expect(thought).toBe(message['reasoning_content']);
    const next = [...thinking.messages, message, { role: 'user', content: 'And?' }];
    await caller.openai.chat.completions.create({ model: CLAUDE, messages: next as never });
  });

  it('sends images and asks for JSON by a schema', async () => {
    const { data } = await caller.openai.chat.completions
      .create({
        model: CLAUDE,
        messages: [
          { role: 'system', content: 'Answer in JSON.' },
          {
            role: 'user',
            content: [
              { type: 'text', text: 'Where?' },
              { type: 'image_url', image_url: { url: `data:image/png;base64,${PNG}` } },
            ],
          },
        ],
        response_format: {
          type: 'json_schema',
          json_schema: {
            name: 'place',
            schema: { ...PARAMETERS, additionalProperties: false },
            strict: true,
          },
        },
      })
      .withResponse();
    expect(JSON.parse(data.choices[0]?.message.content ?? '')).toEqual({ city: expect.any(String) });
  });

  it.each([
    ['stop=length', 'length'],
    ['stop=refusal', 'content_filter'],
  ])('finishes with its reason: %s', async (directive, finish) => {
    const completion = await caller.openai.chat.completions.create(ask(`[[sandbox: ${directive}]] Go`));
    expect(completion.choices[0]?.finish_reason).toBe(finish);
  });

  it('gets the provider’s refusal in OpenAI’s shape', async () => {
    const max = { ...ask('Hi'), max_completion_tokens: 64_001 };
    const error = await caller.openai.chat.completions.create(max).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({
      status: 400,
      code: 'invalid_request_error',
      message: expect.stringContaining('max_tokens'),
    });
  });

  it.each(['cut', 'error_event', 'malformed'])('gets an error where the stream fails: %s', async (fault) => {
    const stream = await caller.openai.chat.completions.create({
      ...ask(`[[sandbox: fault=${fault} afterEvents=14 delay=3]] Go`),
      stream: true,
    });
    const reading = (async () => {
      for await (const _ of stream);
    })();
    await expect(reading).rejects.toMatchObject({ code: 'upstream_error' });
  });

  it('is told what can’t be carried over, unless it is to be left out', async () => {
    const body = JSON.stringify({ ...ask('Hi'), temperature: 0.2, seed: 7 });
    const refused = await post('chat/completions', body, caller.key);
    expect(refused.status).toBe(422);
    expect(await refused.json()).toMatchObject({
      error: { param: 'temperature', message: expect.stringContaining('seed') },
    });
    const dropped = await post('chat/completions', body, caller.key, {
      'X-Firegate-Drop-Unsupported': 'true',
    });
    expect(dropped.status).toBe(200);
    expect(dropped.headers.get('x-firegate-dropped')).toBe('temperature, seed');
  });
});

describe('Anthropic’s SDK on an OpenAI model', () => {
  const ask = (content: string) => ({
    model: GPT,
    max_tokens: 500,
    messages: [{ role: 'user' as const, content }],
  });

  it('gets a message, recorded with reasoning and the cache’s tokens', async () => {
    const { data, response } = await caller.anthropic.messages
      .create(ask('[[sandbox: text="Hello" input=90 cached=40 cache_write=20 reasoning=7]] Hi'))
      .withResponse();
    expect(data).toMatchObject({
      type: 'message',
      role: 'assistant',
      content: [{ type: 'text', text: 'Hello' }],
      stop_reason: 'end_turn',
      usage: { input_tokens: 30, cache_read_input_tokens: 40, cache_creation_input_tokens: 20 },
    });
    const requestId = requestIdOf(response);
    expect((await upstreamOf(requestId)).path).toBe('/v1/chat/completions');
    expect(await usageOf(caller.user, requestId)).toMatchObject({
      provider: 'openai',
      route: 'v1/messages',
      inputTokens: 90,
      cachedInputTokens: 40,
      cacheWriteInputTokens: 20,
      reasoningTokens: 7,
      outputTokens: data.usage.output_tokens,
      source: 'provider',
    });
  });

  it('streams tools and their results, several turns long', async () => {
    const tools = ['weather', 'time'].map((name) => ({ name, input_schema: PARAMETERS }));
    const first = { ...ask(`[[sandbox: tool=weather,time args='{"city":"Paris"}']] Go`), tools };
    const events: string[] = [];
    const stream = caller.anthropic.messages.stream(first).on('streamEvent', ({ type }) => events.push(type));
    const message = await stream.finalMessage();
    expect(message.stop_reason).toBe('tool_use');
    expect(message.content).toMatchObject([
      { type: 'tool_use', name: 'weather', input: { city: 'Paris' } },
      { type: 'tool_use', name: 'time', input: { city: 'Paris' } },
    ]);
    expect(message.usage.input_tokens).toBeGreaterThan(0);
    expect([events[0], events.at(-1)]).toEqual(['message_start', 'message_stop']);
    const results = message.content.map((block) => ({
      type: 'tool_result' as const,
      tool_use_id: 'id' in block ? block.id : '',
      content: 'Fine',
    }));
    const messages = [
      ...first.messages,
      { role: 'assistant' as const, content: message.content },
      { role: 'user' as const, content: results },
    ];
    const { data, response } = await caller.anthropic.messages.create({ ...first, messages }).withResponse();
    expect(data.content).toMatchObject([{ type: 'text', text: expect.stringMatching(/./) }]);
    const { body } = await upstreamOf(requestIdOf(response));
    expect(body['messages']).toMatchObject([
      { role: 'user' },
      { role: 'assistant', tool_calls: [{}, {}] },
      { role: 'tool', content: 'Fine' },
      { role: 'tool', content: 'Fine' },
    ]);
  });

  it('thinks, sends images and asks for JSON by a schema', async () => {
    const { data, response } = await caller.anthropic.messages
      .create({
        ...ask(''),
        max_tokens: 3000,
        system: 'Answer in JSON.',
        thinking: { type: 'enabled', budget_tokens: 2048 },
        output_config: {
          format: { type: 'json_schema', schema: { ...PARAMETERS, additionalProperties: false } },
        },
        messages: [
          {
            role: 'user',
            content: [
              { type: 'image', source: { type: 'base64', media_type: 'image/png', data: PNG } },
              { type: 'text', text: 'Where?', cache_control: { type: 'ephemeral' } },
            ],
          },
        ],
      })
      .withResponse();
    const [block] = data.content;
    expect(JSON.parse(block?.type === 'text' ? block.text : '')).toEqual({ city: expect.any(String) });
    expect((await upstreamOf(requestIdOf(response))).body['reasoning_effort']).toBe('low');
    expect(data.usage.output_tokens_details?.thinking_tokens).toBe(16);
  });

  it.each([
    ['stop=length', 'max_tokens'],
    ['stop=refusal', 'refusal'],
    ['stop=content_filter', 'refusal'],
  ])('finishes with its reason, whole and streamed: %s', async (directive, stop) => {
    const asked = ask(`[[sandbox: ${directive}]] Go`);
    expect((await caller.anthropic.messages.create(asked)).stop_reason).toBe(stop);
    expect((await caller.anthropic.messages.stream(asked).finalMessage()).stop_reason).toBe(stop);
  });

  it('gets the provider’s refusal in Anthropic’s shape', async () => {
    const error = await caller.anthropic.messages.create({ ...ask('Hi'), stop_sequences: ['x'] }).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({
      status: 400,
      type: 'invalid_request_error',
      message: expect.stringContaining("'stop'"),
    });
  });

  it.each(['cut', 'error_event', 'malformed'])('gets an error where the stream fails: %s', async (fault) => {
    const stream = caller.anthropic.messages.stream(
      ask(`[[sandbox: fault=${fault} afterEvents=14 delay=3]] Go`),
    );
    await expect(stream.finalMessage()).rejects.toMatchObject({ type: 'api_error' });
  });

  it('is told what can’t be carried over', async () => {
    const body = JSON.stringify({ ...ask('Hi'), top_k: 5 });
    const refused = await post('messages', body, caller.key);
    expect(refused.status).toBe(422);
    expect(await refused.json()).toMatchObject({
      type: 'error',
      error: { type: 'invalid_request_error', message: expect.stringContaining('top_k') },
    });
  });
});
