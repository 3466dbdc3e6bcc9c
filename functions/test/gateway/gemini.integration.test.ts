import { beforeAll, describe, expect, it } from 'vitest';
import { type Caller, newCaller, post, requestIdOf, upstreamOf, usageOf } from './support.ts';

let caller: Caller;
beforeAll(async () => {
  caller = await newCaller();
});

const GEMINI = 'gemini-3.8-flash';
const PARAMETERS = { type: 'object' as const, properties: { city: { type: 'string' } }, required: ['city'] };
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=';
const CALL_BOTH = `[[sandbox: tool=weather,time args='{"city":"Zürich"}']] Go`;

/** What the second turn of a conversation with two calls looks like to Google. */
const TURNS = [
  { role: 'user' },
  {
    role: 'model',
    parts: [
      { functionCall: { name: 'weather', args: { city: 'Zürich' } }, thoughtSignature: expect.any(String) },
      { functionCall: { name: 'time', args: { city: 'Zürich' } } },
    ],
  },
  {
    role: 'user',
    parts: [
      { functionResponse: { name: 'weather', response: { output: 'Fine' } } },
      { functionResponse: { name: 'time', response: { output: 'Fine' } } },
    ],
  },
];
const signatureIn = (body: Record<string, unknown>): string =>
  (body['contents'] as { parts: { thoughtSignature?: string }[] }[])[1]?.parts[0]?.thoughtSignature ?? '';
/** The sandbox signs with this word. */
const OWN = /^sandbox:/;
const decoded = (signature: string) => Buffer.from(signature, 'base64').toString('utf8');

describe('OpenAI’s SDK on a Gemini model', () => {
  const ask = (content: string) => ({ model: GEMINI, messages: [{ role: 'user' as const, content }] });
  const tools = ['weather', 'time'].map((name) => ({
    type: 'function' as const,
    function: { name, parameters: PARAMETERS },
  }));

  it('gets a completion, recorded with cached and reasoning tokens', async () => {
    const { data, response } = await caller.openai.chat.completions
      .create(ask('[[sandbox: text="Hello" input=900 cached=400 reasoning=30]] Hi'))
      .withResponse();
    expect(data).toMatchObject({
      object: 'chat.completion',
      model: GEMINI,
      choices: [{ message: { content: 'Hello' }, finish_reason: 'stop' }],
      usage: {
        prompt_tokens: 900,
        completion_tokens: 31,
        prompt_tokens_details: { cached_tokens: 400 },
        completion_tokens_details: { reasoning_tokens: 30 },
      },
    });
    const requestId = requestIdOf(response);
    expect((await upstreamOf(requestId)).path).toBe(`/v1beta/models/${GEMINI}:generateContent`);
    expect(await usageOf(caller.user, requestId)).toMatchObject({
      provider: 'gemini',
      model: GEMINI,
      route: 'v1/chat/completions',
      inputTokens: 900,
      cachedInputTokens: 400,
      outputTokens: 31,
      reasoningTokens: 30,
      source: 'provider',
      terminationReason: 'completed',
    });
  });

  it('streams, with its usage where that is asked for', async () => {
    const { data, response } = await caller.openai.chat.completions
      .create({
        ...ask('[[sandbox: text="One two three" reasoning=8 cached=3]] Hi'),
        stream: true,
        stream_options: { include_usage: true },
      })
      .withResponse();
    let text = '';
    let usage: unknown;
    for await (const chunk of data) {
      text += chunk.choices[0]?.delta.content ?? '';
      usage = chunk.usage ?? usage;
    }
    expect(text).toBe('One two three');
    expect(usage).toMatchObject({ completion_tokens_details: { reasoning_tokens: 8 } });
    expect(await usageOf(caller.user, requestIdOf(response))).toMatchObject({
      provider: 'gemini',
      reasoningTokens: 8,
      cachedInputTokens: 3,
      source: 'provider',
      status: 'ok',
    });
  });

  it.each(['whole', 'streamed'])(
    'calls tools and answers their results, its signature brought back: %s',
    async (how) => {
      const first = { ...ask(CALL_BOTH), tools };
      const completion =
        how === 'whole'
          ? await caller.openai.chat.completions.create(first)
          : await caller.openai.chat.completions.stream(first).finalChatCompletion();
      const [choice] = completion.choices;
      if (!choice) throw new Error('no choice');
      expect(choice.finish_reason).toBe('tool_calls');
      expect(choice.message.tool_calls).toMatchObject([
        { type: 'function', function: { name: 'weather', arguments: '{"city":"Zürich"}' } },
        { type: 'function', function: { name: 'time', arguments: '{"city":"Zürich"}' } },
      ]);
      const results = (choice.message.tool_calls ?? []).map(({ id }) => ({
        role: 'tool' as const,
        tool_call_id: id,
        content: 'Fine',
      }));
      const messages = [...first.messages, choice.message, ...results];
      const { data, response } = await caller.openai.chat.completions
        .create({ model: GEMINI, tools, messages })
        .withResponse();
      expect(data.choices[0]?.message.content).toMatch(/./);
      const { body } = await upstreamOf(requestIdOf(response));
      expect(body['contents']).toMatchObject(TURNS);
      expect(decoded(signatureIn(body))).toMatch(OWN);
    },
  );

  it('goes on where another model, or a client, has dropped the signature', async () => {
    const tool_calls = [
      {
        id: 'call_1',
        type: 'function' as const,
        function: { name: 'weather', arguments: '{"city":"Bern"}' },
      },
    ];
    const { data, response } = await caller.openai.chat.completions
      .create({
        model: GEMINI,
        tools,
        messages: [
          ...ask('Weather?').messages,
          { role: 'assistant', content: null, tool_calls },
          { role: 'tool', tool_call_id: 'call_1', content: 'Fine' },
        ],
      })
      .withResponse();
    expect(data.choices[0]?.finish_reason).toBe('stop');
    const { body } = await upstreamOf(requestIdOf(response));
    expect(signatureIn(body)).toBe('skip_thought_signature_validator');
  });

  it('sees thoughts, whole and streamed, and may bring them back', async () => {
    const asked = { ...ask('[[sandbox: text="So" reasoning=20]] Why?'), reasoning_effort: 'low' as const };
    const whole = await caller.openai.chat.completions.create(asked);
    const message = whole.choices[0]?.message as unknown as Record<string, unknown>;
    expect(message).toMatchObject({
      content: 'So',
      reasoning_content: expect.stringMatching(/./),
      extra_content: { google: { thought_signature: expect.any(String) } },
    });
    let thought = '';
    for await (const chunk of await caller.openai.chat.completions.create({ ...asked, stream: true })) {
      const delta = chunk.choices[0]?.delta as { reasoning_content?: string } | undefined;
      thought += delta?.reasoning_content ?? '';
    }
    expect(thought).toBe(message['reasoning_content']);
    const next = [...asked.messages, message, { role: 'user', content: 'And?' }];
    const { response } = await caller.openai.chat.completions
      .create({ model: GEMINI, messages: next as never })
      .withResponse();
    expect((await upstreamOf(requestIdOf(response))).body['contents']).toMatchObject([
      { role: 'user' },
      { role: 'model', parts: [{ text: 'So', thoughtSignature: expect.any(String) }] },
      { role: 'user' },
    ]);
  });

  it('sends images and asks for JSON by a schema', async () => {
    const schema = { ...PARAMETERS, additionalProperties: false };
    const { data, response } = await caller.openai.chat.completions
      .create({
        model: GEMINI,
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
        response_format: { type: 'json_schema', json_schema: { name: 'place', schema, strict: true } },
      })
      .withResponse();
    expect(JSON.parse(data.choices[0]?.message.content ?? '')).toEqual({ city: expect.any(String) });
    expect((await upstreamOf(requestIdOf(response))).body).toMatchObject({
      systemInstruction: { parts: [{ text: 'Answer in JSON.' }] },
      contents: [{ parts: [{ text: 'Where?' }, { inlineData: { mimeType: 'image/png', data: PNG } }] }],
      generationConfig: { responseMimeType: 'application/json', responseJsonSchema: schema },
    });
  });

  it.each([
    ['stop=length', 'length'],
    ['stop=refusal', 'content_filter'],
    ['stop=content_filter', 'content_filter'],
  ])('finishes with its reason: %s', async (directive, finish) => {
    const completion = await caller.openai.chat.completions.create(ask(`[[sandbox: ${directive}]] Go`));
    expect(completion.choices[0]?.finish_reason).toBe(finish);
  });

  it('gets the provider’s refusal in OpenAI’s shape, and when to come back', async () => {
    const max = caller.openai.chat.completions.create({ ...ask('Hi'), max_completion_tokens: 65_537 });
    await expect(max).rejects.toMatchObject({
      status: 400,
      code: 'invalid_argument',
      type: 'invalid_request_error',
      message: expect.stringContaining('maxOutputTokens'),
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

  it('is told what can’t be sent, and may have it left out', async () => {
    const image = { type: 'image_url', image_url: { url: 'https://example.com/a.png' } };
    const messages = [{ role: 'user', content: [{ type: 'text', text: 'Hi' }, image] }];
    const body = JSON.stringify({ model: GEMINI, messages, logit_bias: { 5: 1 }, n: 2 });
    const refused = await post('chat/completions', body, caller.key);
    expect([refused.status, await refused.json()]).toMatchObject([
      422,
      { error: { param: 'logit_bias', code: 'unprocessable' } },
    ]);
    const dropped = await post('chat/completions', body, caller.key, {
      'X-Firegate-Drop-Unsupported': 'true',
    });
    expect(dropped.status).toBe(200);
    expect(dropped.headers.get('x-firegate-dropped')).toBe(
      'logit_bias, n, messages%5B0%5D.content%5B1%5D.image_url.url',
    );
  });
});

describe('Anthropic’s SDK on a Gemini model', () => {
  const ask = (content: string) => ({
    model: GEMINI,
    max_tokens: 1024,
    messages: [{ role: 'user' as const, content }],
  });
  const tools = ['weather', 'time'].map((name) => ({ name, input_schema: PARAMETERS }));

  it('gets a message, recorded with cached and reasoning tokens', async () => {
    const { data, response } = await caller.anthropic.messages
      .create(ask('[[sandbox: text="Hello" input=900 cached=400 reasoning=30]] Hi'))
      .withResponse();
    expect(data).toMatchObject({
      type: 'message',
      model: GEMINI,
      content: [{ type: 'text', text: 'Hello' }],
      stop_reason: 'end_turn',
      usage: { input_tokens: 500, cache_read_input_tokens: 400, output_tokens: 31 },
    });
    expect(await usageOf(caller.user, requestIdOf(response))).toMatchObject({
      provider: 'gemini',
      route: 'v1/messages',
      inputTokens: 900,
      cachedInputTokens: 400,
      outputTokens: 31,
      reasoningTokens: 30,
    });
  });

  it.each(['whole', 'streamed'])(
    'calls tools and answers their results, its signature brought back: %s',
    async (how) => {
      const first = { ...ask(CALL_BOTH), tools };
      const message =
        how === 'whole'
          ? await caller.anthropic.messages.create(first)
          : await caller.anthropic.messages.stream(first).finalMessage();
      expect(message.stop_reason).toBe('tool_use');
      const uses = message.content.filter((block) => block.type === 'tool_use');
      expect(uses).toMatchObject([
        { name: 'weather', input: { city: 'Zürich' } },
        { name: 'time', input: { city: 'Zürich' } },
      ]);
      const results = uses.map(({ id }) => ({
        type: 'tool_result' as const,
        tool_use_id: id,
        content: 'Fine',
      }));
      const { data, response } = await caller.anthropic.messages
        .create({
          ...first,
          messages: [
            ...first.messages,
            { role: 'assistant', content: message.content },
            { role: 'user', content: results },
          ],
        })
        .withResponse();
      expect(data.stop_reason).toBe('end_turn');
      const { body } = await upstreamOf(requestIdOf(response));
      expect(body['contents']).toMatchObject(TURNS);
      expect(decoded(signatureIn(body))).toMatch(OWN);
    },
  );

  it('sees thoughts, whole and streamed', async () => {
    const thinking = { type: 'adaptive' as const, display: 'summarized' as const };
    const asked = { ...ask('[[sandbox: text="So" reasoning=20]] Why?'), thinking };
    const whole = await caller.anthropic.messages.create(asked);
    expect(whole.content).toMatchObject([
      { type: 'thinking', thinking: expect.stringMatching(/./) },
      { type: 'text', text: 'So' },
    ]);
    const streamed = await caller.anthropic.messages.stream(asked).finalMessage();
    expect(streamed.content).toEqual(whole.content);
    expect(streamed.usage).toMatchObject({ output_tokens: whole.usage.output_tokens });
  });

  it('sends images, also as results of tools', async () => {
    const source = { type: 'base64' as const, media_type: 'image/png' as const, data: PNG };
    const image = { type: 'image' as const, source };
    const { response } = await caller.anthropic.messages
      .create({
        ...ask(''),
        tools,
        messages: [
          { role: 'user', content: [{ type: 'text', text: 'Look' }, image] },
          { role: 'assistant', content: [{ type: 'tool_use', id: 'toolu_1', name: 'time', input: {} }] },
          { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: [image] }] },
        ],
      })
      .withResponse();
    const inlineData = { mimeType: 'image/png', data: PNG };
    expect((await upstreamOf(requestIdOf(response))).body['contents']).toMatchObject([
      { parts: [{ text: 'Look' }, { inlineData }] },
      { parts: [{ functionCall: { name: 'time' } }] },
      { parts: [{ functionResponse: { name: 'time', parts: [{ inlineData }] } }] },
    ]);
  });

  it('gets errors in Anthropic’s shape: the provider’s, a stream’s, and what can’t be sent', async () => {
    const max = caller.anthropic.messages.create({ ...ask('Hi'), max_tokens: 65_537, stream: true });
    await expect(max).rejects.toMatchObject({ status: 400, type: 'invalid_request_error' });
    const stream = await caller.anthropic.messages.create({
      ...ask('[[sandbox: fault=cut afterEvents=9 delay=3]] Go'),
      stream: true,
    });
    const reading = (async () => {
      for await (const _ of stream);
    })();
    await expect(reading).rejects.toMatchObject({ type: 'api_error' });
    const body = JSON.stringify({ ...ask('Hi'), thinking: { type: 'disabled' } });
    const refused = await post('messages', body, caller.key);
    expect([refused.status, await refused.json()]).toMatchObject([
      422,
      { error: { message: expect.stringMatching(/^thinking: /) } },
    ]);
  });
});

describe('/v1/embeddings to a Gemini model', () => {
  const model = 'gemini-embedding-2';

  it('answers OpenAI’s SDK, metered by its input at its price', async () => {
    const { data, response } = await caller.openai.embeddings
      .create({ model, input: ['Hello there', 'Grüße'], dimensions: 4 })
      .withResponse();
    expect(data.data.map(({ embedding }) => embedding.length)).toEqual([4, 4]);
    expect(Math.hypot(...(data.data[0]?.embedding ?? []))).toBeCloseTo(1, 5);
    const requestId = requestIdOf(response);
    expect((await upstreamOf(requestId)).path).toBe(`/v1beta/models/${model}:batchEmbedContents`);
    const tokens = data.usage.prompt_tokens;
    expect(await usageOf(caller.user, requestId)).toMatchObject({
      route: 'v1/embeddings',
      provider: 'gemini',
      inputTokens: tokens,
      outputTokens: 0,
      status: 'ok',
      source: 'provider',
      // 0.20 USD a million tokens.
      cost: { usd: (tokens * 200e-9).toFixed(9).replace(/0{1,7}$/, '') },
    });
  });

  it('is told what can’t be sent, and what Google refuses', async () => {
    const tokens = caller.openai.embeddings.create({ model, input: [1, 2, 3] });
    await expect(tokens).rejects.toMatchObject({ status: 422, param: 'input' });
    const empty = caller.openai.embeddings.create({ model, input: '' });
    await expect(empty).rejects.toMatchObject({ status: 400, code: 'invalid_argument' });
  });
});

it('a rate limit of Google’s says when to come back, in the header that SDKs read', async () => {
  const messages = [{ role: 'user', content: '[[sandbox: fault=rate_limit retryAfterSeconds=1]] Hi' }];
  const response = await post('chat/completions', JSON.stringify({ model: GEMINI, messages }), caller.key);
  expect(response.status).toBe(429);
  expect(response.headers.get('retry-after')).toBe('1');
});

it('/v1/responses and /v1/messages/count_tokens are not for Gemini models', async () => {
  const responses = await post('responses', JSON.stringify({ model: GEMINI, input: 'Hi' }), caller.key);
  expect(responses.status).toBe(422);
  const messages = [{ role: 'user', content: 'Hi' }];
  const count = await post('messages/count_tokens', JSON.stringify({ model: GEMINI, messages }), caller.key);
  expect(count.status).toBe(422);
});
