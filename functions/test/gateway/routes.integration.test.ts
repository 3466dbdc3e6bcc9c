import { beforeAll, describe, expect, it } from 'vitest';
import { getClientToken } from '../harness/request.ts';
import { type Caller, newCaller, post, requestIdOf, sdks, upstreamOf, usageOf } from './support.ts';

let caller: Caller;
beforeAll(async () => {
  caller = await newCaller();
});

describe('/v1/embeddings', () => {
  it('are metered by their input, at their price', async () => {
    const { data, response } = await caller.openai.embeddings
      .create({ model: 'text-embedding-3-small', input: ['Hello there', 'Hi'] })
      .withResponse();
    expect(data.data).toHaveLength(2);
    expect(data.data[0]?.embedding).toHaveLength(8);
    const record = await usageOf(caller.user, requestIdOf(response));
    const tokens = data.usage.prompt_tokens;
    expect(record).toMatchObject({
      route: 'v1/embeddings',
      model: 'text-embedding-3-small',
      inputTokens: tokens,
      outputTokens: 0,
      status: 'ok',
      source: 'provider',
      // 0.02 USD a million tokens.
      cost: { usd: (tokens * 20e-9).toFixed(9).replace(/0{1,7}$/, '') },
    });
  });

  it('refuse a chat model, and chat refuses an embedding model', async () => {
    const embedding = caller.openai.embeddings.create({ model: 'gpt-4o', input: 'Hi' });
    await expect(embedding).rejects.toMatchObject({ status: 400, code: 'invalid_request' });
    const chat = caller.openai.chat.completions.create({
      model: 'text-embedding-3-small',
      messages: [{ role: 'user', content: 'Hi' }],
    });
    await expect(chat).rejects.toMatchObject({ status: 400, code: 'invalid_request' });
  });
});

describe('/v1/moderations', () => {
  it('cost nothing and are on record', async () => {
    const { data, response } = await caller.openai.moderations
      .create({ input: ['Hello', 'sandbox-violence'] })
      .withResponse();
    expect(data.results.map(({ flagged }) => flagged)).toEqual([false, true]);
    const requestId = requestIdOf(response);
    expect((await upstreamOf(requestId)).text).toBe('{"input":["Hello","sandbox-violence"]}');
    expect(await usageOf(caller.user, requestId)).toMatchObject({
      route: 'v1/moderations',
      model: 'omni-moderation-latest',
      cost: { usd: '0.00' },
      status: 'ok',
    });
  });
});

describe('/v1/messages/count_tokens', () => {
  it('answers what the provider counts, for nothing', async () => {
    const { data, response } = await caller.anthropic.messages
      .countTokens({ model: 'claude-haiku-4-5', messages: [{ role: 'user', content: 'Hello there' }] })
      .withResponse();
    expect(data.input_tokens).toBeGreaterThan(0);
    expect(await usageOf(caller.user, requestIdOf(response))).toMatchObject({
      inputTokens: 0,
      cost: { usd: '0.00' },
      route: 'v1/messages/count_tokens',
    });
  });
});

describe('/v1/responses', () => {
  it('answers whole, as reported', async () => {
    const { data, response } = await caller.openai.responses
      .create({ model: 'gpt-5.4-mini', input: '[[sandbox: text="Hello" reasoning=12 cached=3 input=30]] Hi' })
      .withResponse();
    expect(data.output_text).toBe('Hello');
    const requestId = requestIdOf(response);
    expect((await upstreamOf(requestId)).body['max_output_tokens']).toBe(4096);
    expect(await usageOf(caller.user, requestId)).toMatchObject({
      route: 'v1/responses',
      inputTokens: 30,
      cachedInputTokens: 3,
      reasoningTokens: 12,
      outputTokens: data.usage?.output_tokens,
      source: 'provider',
      terminationReason: 'completed',
    });
  });

  it('streams to its last event', async () => {
    const { data, response } = await caller.openai.responses
      .create({ model: 'gpt-5.4-mini', input: '[[sandbox: text="One two"]] Hi', stream: true })
      .withResponse();
    let text = '';
    let last = '';
    for await (const event of data) {
      last = event.type;
      if (event.type === 'response.output_text.delta') text += event.delta;
    }
    expect({ text, last }).toEqual({ text: 'One two', last: 'response.completed' });
    expect(await usageOf(caller.user, requestIdOf(response))).toMatchObject({
      source: 'provider',
      status: 'ok',
    });
  });

  it('ends a stream that was cut with an error event', async () => {
    const stream = await caller.openai.responses.create({
      model: 'gpt-5.4-mini',
      input: '[[sandbox: fault=cut afterEvents=14 delay=3]] Hi',
      stream: true,
    });
    const events: string[] = [];
    const reading = (async () => {
      for await (const { type } of stream) events.push(type);
    })();
    await reading.catch(() => events.push('error'));
    expect(events.at(-1)).toBe('error');
  });

  it.each([
    ['previous_response_id', { previous_response_id: 'resp_1' }],
    ['tools[0]', { tools: [{ type: 'web_search' }] }],
    ['background', { background: true }],
  ])('is 422 for %s', async (field, rest) => {
    const body = JSON.stringify({ model: 'gpt-5.4-mini', input: 'Hi', ...rest });
    const response = await post('responses', body, caller.key);
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({ error: { param: field, code: 'unprocessable' } });
  });

  it('is 422 for a model of another format', async () => {
    const responses = caller.openai.responses.create({ model: 'claude-haiku-4-5', input: 'Hi' });
    await expect(responses).rejects.toMatchObject({ status: 422 });
  });
});

describe('/v1/models', () => {
  it('lists them to OpenAI’s SDK in its shape', async () => {
    const { data } = await caller.openai.models.list();
    expect(data).toContainEqual({
      id: 'claude-haiku-4-5',
      object: 'model',
      created: 0,
      owned_by: 'anthropic',
    });
    expect(data.map(({ id }) => id)).toContain('text-embedding-3-small');
    expect(await caller.openai.models.retrieve('openai/gpt-4o')).toMatchObject({ id: 'gpt-4o' });
    await expect(caller.openai.models.retrieve('gpt-2')).rejects.toMatchObject({ status: 404 });
  });

  it('lists them to Anthropic’s SDK in its shape, page by page', async () => {
    const ids: string[] = [];
    for await (const { id, type } of caller.anthropic.models.list({ limit: 7 })) {
      expect(type).toBe('model');
      ids.push(id);
    }
    expect(ids).toEqual(expect.arrayContaining(['gpt-4o', 'claude-haiku-4-5']));
    expect(ids).not.toContain('text-embedding-3-small');
    expect(new Set(ids).size).toBe(ids.length);
    await expect(caller.anthropic.models.retrieve('claude-2')).rejects.toMatchObject({
      status: 404,
      type: 'not_found_error',
    });
  });

  it('lists what a credential allows', async () => {
    const token = await getClientToken(caller.user.accessToken, { models: ['gpt-4o'] });
    expect((await sdks(token).openai.models.list()).data.map(({ id }) => id)).toEqual(['gpt-4o']);
    const narrow = await newCaller(undefined, { models: ['claude-haiku-4-5'] });
    expect((await narrow.openai.models.list()).data.map(({ id }) => id)).toEqual(['claude-haiku-4-5']);
    const without = await newCaller(undefined, { scopes: ['generate'] });
    await expect(without.openai.models.list()).rejects.toMatchObject({ status: 403 });
  });
});

it('a path that is not there is a 404 in OpenAI’s shape', async () => {
  const response = await post('nowhere', '{}', caller.key);
  expect(response.status).toBe(404);
  expect(await response.json()).toMatchObject({
    error: { type: 'invalid_request_error', code: 'not_found' },
  });
});
