import { beforeAll, describe, expect, it } from 'vitest';
import { nanoFromUsd } from '../../src/domain/money.ts';
import { costAtRates } from '../../src/domain/pricing.ts';
import { findModel, PROVIDERS } from '../../src/providers/registry.ts';
import { expectError } from '../auth/support.ts';
import { sandboxRequests, settingsOf } from '../harness/sandbox.ts';
import {
  type Caller,
  catalogueModel,
  generate,
  modelOf,
  newCaller,
  ROUTES,
  recordOf,
  requestIdOf,
  stream,
} from './support.ts';

const AGENTS: Record<string, RegExp> = {
  openai: /^OpenAI\/JS 7\./,
  anthropic: /^Anthropic\/JS 1\./,
  gemini: /^google-genai-sdk\/3\./,
};
const USD = /^\d+\.\d{1,9}$/;

describe.each(ROUTES)('$provider by $route', (route) => {
  const { provider } = route;
  let caller: Caller;
  beforeAll(async () => {
    caller = await newCaller();
  });
  const model = modelOf(provider);
  const ask = (rest: object = {}) => ({ model, prompt: 'Tell me of the sea', ...rest });

  it('answers in the contract’s shape', async () => {
    const answer = await generate(route, caller, ask());
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      id: requestIdOf(answer),
      provider,
      model,
      content: expect.stringMatching(/\S/),
      finishReason: 'stop',
      usage: {
        inputTokens: expect.any(Number),
        outputTokens: expect.any(Number),
        cachedInputTokens: 0,
        cacheWriteInputTokens: 0,
        reasoningTokens: expect.any(Number),
      },
      cost: { usd: expect.stringMatching(USD) },
      latencyMs: expect.any(Number),
    });
    expect(answer.body.usage['outputTokens']).toBeGreaterThanOrEqual(40);
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it('streams the same answer, delta by delta, and ends with everything but the content', async () => {
    const whole = await generate(route, caller, ask());
    const streamed = await stream(route, caller, ask());
    expect(streamed).toMatchObject({ status: 200, end: 'done', text: whole.body.content });
    expect(streamed.deltas).toBeGreaterThan(5);
    const { content: _, id: __, latencyMs: ___, ...rest } = whole.body;
    const { id, latencyMs, ...done } = streamed.data;
    expect(done).toEqual(rest);
    expect(id).toBe(requestIdOf(streamed));
    expect(latencyMs).toEqual(expect.any(Number));
    expect(streamed.headers.get('content-type')).toBe('text/event-stream');
    expect(streamed.headers.get('cache-control')).toBe('no-cache');
    expect(streamed.headers.get('x-accel-buffering')).toBe('no');
    expect(streamed.headers.has('content-length')).toBe(false);
  });

  it('calls the provider once, by its official SDK, under our request id', async () => {
    for (const answer of [await generate(route, caller, ask()), await stream(route, caller, ask())]) {
      const [request, ...more] = await sandboxRequests(requestIdOf(answer));
      expect(more).toEqual([]);
      expect(request?.headers['user-agent']).toMatch(AGENTS[provider] ?? /^$/);
      // Google has the model in the path.
      const named =
        provider === 'gemini' ? { path: expect.stringContaining(`/${model}:`) } : { body: { model } };
      expect(request).toMatchObject({ provider, ...named });
      expect(JSON.stringify(request?.headers)).not.toContain(caller[route.token].slice(-20));
    }
  });

  it('records what it answered, to the nano-USD', async () => {
    const body = ask({ prompt: '[[sandbox: input=900 cached=500 cache_write=100 reasoning=30 tokens=50]]' });
    const whole = await generate(route, caller, body);
    const streamed = await stream(route, caller, body);
    for (const [id, answered] of [
      [requestIdOf(whole), whole.body],
      [requestIdOf(streamed), streamed.data as unknown as typeof whole.body],
    ] as const) {
      expect(answered.usage).toEqual({
        inputTokens: 900,
        outputTokens: 80,
        cachedInputTokens: 500,
        // Google bills nothing for it, and counts none.
        cacheWriteInputTokens: provider === 'gemini' ? 0 : 100,
        reasoningTokens: 30,
      });
      const record = await recordOf(id);
      expect(record).toMatchObject({
        userId: caller.uid,
        provider,
        model,
        route: route.route,
        ...answered.usage,
        status: 'ok',
        terminationReason: 'completed',
        source: 'provider',
        latencyMs: answered.latencyMs,
        overrun: false,
        settlement: 'reported',
        attempts: [{ provider, model, status: 'ok', upstreamRequestId: expect.any(String) }],
      });
      expect(nanoFromUsd(answered.cost.usd)).toBe(record.costNanoUsd);
      // And again from the price in the record.
      if (!record.price) throw new Error('no price');
      expect(costAtRates(record, record.price)).toBe(record.costNanoUsd);
      expect(record.costNanoUsd).toBeGreaterThan(0);
      expect(record.costNanoUsd).toBeLessThanOrEqual(record.heldNanoUsd);
    }
    expect((await recordOf(requestIdOf(streamed))).timeToFirstTokenMs).toBeLessThanOrEqual(
      Number(streamed.data['latencyMs']),
    );
  });

  it('takes a conversation and a system prompt', async () => {
    const messages = [
      { role: 'user', content: 'Hello' },
      { role: 'assistant', content: 'Hello!' },
      { role: 'user', content: 'And now?' },
    ];
    const answer = await generate(route, caller, { model, messages, system: 'Be brief.' });
    expect(answer.status).toBe(200);
    const [request] = await sandboxRequests(requestIdOf(answer));
    const sent = JSON.stringify(request?.body);
    for (const text of ['Be brief.', 'Hello!', 'And now?']) expect(sent).toContain(text);
  });

  it.each([
    ['absent', {}, 4096],
    ['given', { maxTokens: 77 }, 77],
  ])('sends the maximum of output tokens upstream where it is %s', async (_, rest, expected) => {
    const answer = await generate(route, caller, ask(rest));
    const [request] = await sandboxRequests(requestIdOf(answer));
    expect(settingsOf(request).maximum).toBe(expected);
  });

  it('says where an answer was cut at that maximum', async () => {
    const body = ask({ prompt: '[[sandbox: tokens=200]]', maxTokens: 20 });
    const answer = await generate(route, caller, body);
    expect(answer.body).toMatchObject({ finishReason: 'length', usage: { outputTokens: 20 } });
    expect(await recordOf(requestIdOf(answer))).toMatchObject({
      terminationReason: 'max_tokens',
      status: 'ok',
    });
    expect((await stream(route, caller, body)).data).toMatchObject({ finishReason: 'length' });
  });

  it('answers the body of the first user’s document on every chat model', async () => {
    const catalogue = PROVIDERS.find(({ id }) => id === provider)?.models ?? [];
    const models = catalogue.filter(({ capabilities }) => capabilities.includes('chat'));
    expect(models.length).toBeGreaterThan(2);
    for (const { id, unsupportedParameters } of models) {
      const answer = await generate(route, caller, {
        model: id,
        prompt: 'Hello',
        maxTokens: 1024,
        temperature: 0.7,
      });
      expect({ id, status: answer.status }).toEqual({ id, status: 200 });
      const refuses = unsupportedParameters.includes('temperature');
      expect({ id, warnings: answer.body.warnings }).toEqual({
        id,
        warnings: refuses ? [expect.stringContaining('temperature')] : undefined,
      });
      const [request] = await sandboxRequests(requestIdOf(answer));
      expect(settingsOf(request).temperature).toBe(refuses ? undefined : 0.7);
    }
  });

  it('does not go beyond what the model can answer', async () => {
    const { maxOutputTokens } = catalogueModel(provider, model);
    const error = expectError(
      await generate(route, caller, ask({ maxTokens: maxOutputTokens + 1 })),
      400,
      'invalid_request',
    );
    expect(error.message).toContain(String(maxOutputTokens));
  });

  it.each<[string, object]>([
    ['neither prompt nor messages', { model }],
    ['both', { model, prompt: 'a', messages: [{ role: 'user', content: 'b' }] }],
    ['an empty prompt', { model, prompt: '' }],
    ['no model', { prompt: 'a' }],
    ['a role that is none', { model, messages: [{ role: 'root', content: 'a' }] }],
    ['an answer as the last word', { model, messages: [{ role: 'assistant', content: 'a' }] }],
    ['no messages', { model, messages: [] }],
    ['a maximum of nothing', { model, prompt: 'a', maxTokens: 0 }],
    ['half a token', { model, prompt: 'a', maxTokens: 1.5 }],
    ['a fever', { model, prompt: 'a', temperature: 2.1 }],
    ['an unknown field', { model, prompt: 'a', max_tokens: 5 }],
    ['an unknown field in a message', { model, messages: [{ role: 'user', content: 'a', name: 'b' }] }],
    ['an unknown model', { model: 'gpt-of-tomorrow', prompt: 'a' }],
    ['an unknown provider', { model, provider: 'acme', prompt: 'a' }],
  ])('refuses %s', async (_, body) => {
    const answer = await generate(route, caller, body);
    expectError(answer, 400, 'invalid_request');
    const streamed = await stream(route, caller, body);
    expect(streamed).toMatchObject({ status: 400, data: { error: { code: 'invalid_request' } } });
    expect(await sandboxRequests(requestIdOf(answer))).toEqual([]);
  });
});

describe('a provider’s own function', () => {
  it('refuses another provider’s models, and says where to go', async () => {
    const [, proxy] = ROUTES.filter(({ provider }) => provider === 'openai');
    if (!proxy) throw new Error('no proxy');
    const caller = await newCaller();
    const claude = modelOf('anthropic');
    const named = await generate(proxy, caller, { provider: 'anthropic', model: claude, prompt: 'a' });
    expect(expectError(named, 400, 'invalid_request').message).toContain('anthropicGenerate');
    expectError(await generate(proxy, caller, { model: claude, prompt: 'a' }), 400, 'invalid_request');
  });
});

it('names the provider or leaves it out', async () => {
  const [route] = ROUTES;
  if (!route) throw new Error('no route');
  const caller = await newCaller();
  for (const [id, model] of [
    ['openai', modelOf('openai')],
    ['anthropic', modelOf('anthropic')],
    ['gemini', modelOf('gemini')],
  ] as const) {
    expect(findModel(id, model)).toBeDefined();
    for (const body of [{ model }, { model, provider: id }, { model: `${id}/${model}` }]) {
      const answer = await generate(route, caller, { ...body, prompt: 'Hello', maxTokens: 50 });
      expect(answer.body).toMatchObject({ provider: id, model });
    }
  }
});
