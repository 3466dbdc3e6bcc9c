import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { call, getClientToken, send } from '../harness/request.ts';
import { signUp } from '../harness/users.ts';
import { recordOf } from '../llm/support.ts';
import { ALIASES, ask, type Bench, expectCounted, sendAsk, startBench } from './support.ts';

const [GPT, CLAUDE, GEMINI, NANO] = ['gpt-4.1-mini', 'claude-haiku-4-5', 'gemini-3.5-flash', 'gpt-4o-mini'];
const FOR_GOOD = { times: -1 };

let bench: Bench;
beforeAll(async () => {
  bench = await startBench();
});
afterEach(() => bench.sandbox.faults.clear());
afterAll(() => bench.stop());

/** A key of a new user, restricted as given. */
async function newKey(restrictions: Record<string, unknown>): Promise<string> {
  const user = await signUp();
  const body = { name: 'test', scopes: ['generate'], ...restrictions };
  const made = await call<{ key: string }>('/api/api/v1/api-keys', { token: user.accessToken, body });
  expect(made.status).toBe(201);
  return made.body.key;
}

describe('an alias', () => {
  it('is tried in its order, wherever a model is named', async () => {
    for (const route of ['llm/generate', 'chat/completions', 'messages'] as const) {
      const result = await ask(bench, { route, model: 'smart' });
      expect(result.record).toMatchObject({ provider: 'anthropic', model: CLAUDE });
      bench.plan(CLAUDE, { kind: 'status', status: 401 });
      const next = await ask(bench, { route, model: 'smart' });
      expect(next.record).toMatchObject({ provider: 'openai', model: GPT, status: 'ok' });
      expect(next.calls.map(({ status }) => status)).toEqual([401, 200]);
      expectCounted(next);
    }
    const responses = await ask(bench, { route: 'responses', model: 'fast' });
    expect(responses.record).toMatchObject({ model: GPT, status: 'ok' });
    const narrowed = await ask(bench, { route: 'llm/generate', model: 'openai/smart' });
    expect(narrowed.record).toMatchObject({ provider: 'openai', model: GPT });
  });

  it('stays within the provider of a function', async () => {
    const user = await signUp();
    const token = await getClientToken(user.accessToken);
    const { url } = bench.instance;
    bench.plan(CLAUDE, { kind: 'overloaded', ...FOR_GOOD });
    const body = { model: 'smart', prompt: 'Hello', maxTokens: 60 };
    const failed = await call('/anthropicGenerate', { token, body, url });
    expect(failed).toMatchObject({ status: 502, body: { error: { code: 'upstream_error' } } });
    const record = await recordOf(failed.headers.get('x-request-id') ?? '');
    expect(record.attempts.map(({ provider }) => provider)).toEqual(['anthropic', 'anthropic', 'anthropic']);
    const asked = { ...body, models: [`openai/${GPT}`] };
    expect(await call('/anthropicGenerate', { token, body: asked, url })).toMatchObject({ status: 400 });
  });

  it('is listed beside the models', async () => {
    const { url } = bench.instance;
    const options = { token: bench.principal.clientToken, url };
    const models = await call<{ data: { id: string; owned_by: string }[] }>('/gateway/v1/models', options);
    for (const id of Object.keys(ALIASES)) {
      expect(models.body.data).toContainEqual({ id, object: 'model', created: 0, owned_by: 'firegate' });
      expect((await call(`/gateway/v1/models/${id}`, options)).body).toMatchObject({ id });
    }
    const anthropic = await call<{ data: { id: string }[] }>('/gateway/v1/models?limit=1000', {
      ...options,
      headers: { 'anthropic-version': '2023-06-01' },
    });
    expect(anthropic.body.data.map(({ id }) => id)).toEqual(expect.arrayContaining(Object.keys(ALIASES)));
    const providers = await call<{ aliases: object }>('/listProviders', options);
    expect(providers.body.aliases).toEqual([
      { id: 'fast', models: ['openai/gpt-4.1-mini'] },
      { id: 'smart', models: ['anthropic/claude-haiku-4-5', 'openai/gpt-4.1-mini'] },
    ]);
  });
});

describe('what comes after a failure', () => {
  it.each([401, 403, 404])('the next model, where the provider answers the gateway %i', async (status) => {
    bench.plan(GPT, { kind: 'status', status });
    const result = await ask(bench, { route: 'chat/completions', models: [GPT, CLAUDE] });
    expect(result.calls.map(({ provider, status }) => [provider, status])).toEqual([
      ['openai', status],
      ['anthropic', 200],
    ]);
    expectCounted(result);
  });

  it.each([400, 413, 422])('nothing, where the request itself is wrong: %i', async (status) => {
    bench.plan(GPT, { kind: 'status', status });
    const result = await ask(bench, { route: 'chat/completions', models: [GPT, CLAUDE] });
    expect(result).toMatchObject({ status, calls: [{ provider: 'openai' }] });
    expect(result.headers.get('x-firegate-attempts')).toBe('1');
    expectCounted(result);
  });

  it.each([
    ['messages', 200],
    ['chat/completions', 422],
    ['llm/generate', 422],
  ] as const)('nothing, where a stream begins by saying that: %s', async (route, status) => {
    const error = { type: 'invalid_request_error', message: 'test' };
    bench.plan(CLAUDE, { kind: 'error_event', afterEvents: 0, body: { type: 'error', error } });
    const result = await ask(bench, { route, models: [CLAUDE, GPT], stream: true });
    expect(result).toMatchObject({ status, calls: [{ provider: 'anthropic' }] });
    expect(result.record).toMatchObject({ status: 'error', source: 'held' });
    expectCounted(result);
  });

  it('the next model at once, where the provider says to wait longer than another one takes', async () => {
    bench.plan(GPT, { kind: 'rate_limit', retryAfterSeconds: 9 });
    const startedAt = performance.now();
    const result = await ask(bench, { route: 'llm/generate', models: [GPT, CLAUDE] });
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    expect(result.record.attempts.map(({ provider }) => provider)).toEqual(['openai', 'anthropic']);
  });

  it('the wait that the provider asks for, where it is the only one', async () => {
    bench.plan(GPT, { kind: 'rate_limit', retryAfterSeconds: 2 });
    const startedAt = performance.now();
    const result = await ask(bench, { route: 'llm/generate', model: GPT });
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(2_000);
    expect(result.record).toMatchObject({ status: 'ok', attempts: [{ upstreamStatus: 429 }, {}] });
  });

  it('nothing, once a part of the answer is on its way', async () => {
    for (const [route, error] of [
      ['llm/generate', 'event: error'],
      ['chat/completions', '"error":'],
      ['messages', '"error"'],
    ] as const) {
      const prompt = '[[sandbox: tokens=40 delay=3]]';
      bench.plan(CLAUDE, { kind: 'cut', afterEvents: 16 });
      const result = await ask(bench, { route, models: [CLAUDE, GPT], stream: true, prompt });
      expect(result).toMatchObject({ status: 200, calls: [{ provider: 'anthropic' }] });
      expect(result.text).toContain(error);
      expectCounted(result);
    }
  });

  it('nothing, for a client that has left', async () => {
    bench.plan(GPT, { kind: 'rate_limit', retryAfterSeconds: 3, ...FOR_GOOD });
    const gone = new AbortController();
    const before = bench.sandbox.recorder.list().length;
    const asked = sendAsk(bench, { route: 'llm/generate', model: GPT, signal: gone.signal });
    const isCalled = () => bench.sandbox.recorder.list().length > before;
    while (!isCalled()) await sleep(20);
    await sleep(300);
    gone.abort();
    await expect(asked).rejects.toThrow();
    await sleep(4_500);
    const calls = bench.sandbox.recorder.list().slice(before);
    expect(calls).toHaveLength(1);
    const record = await recordOf(calls[0]?.requestId ?? '');
    expect(record).toMatchObject({ status: 'error', costNanoUsd: 0, attempts: [{ upstreamStatus: 429 }] });
  });

  it('a model that can’t be sent the request is left out; the first one says so', async () => {
    bench.plan(GPT, { kind: 'overloaded', ...FOR_GOOD });
    // A seed is OpenAI's alone.
    const more = { seed: 7 };
    const route = 'chat/completions';
    const models = [GPT, CLAUDE, NANO];
    const result = await ask(bench, { route, models, more });
    expect(result.record).toMatchObject({ model: NANO, status: 'ok' });
    expect(result.record.attempts).toHaveLength(4);
    const response = await sendAsk(bench, { route, models: [CLAUDE, GPT], more });
    expect(response.status).toBe(422);
  });

  it('to the byte what the client sent, but for the list and the model', async () => {
    bench.plan(GPT, { kind: 'status', status: 404 });
    const rest =
      '"temperature": 1.50e-1 ,\r\n "messages":[ {"role":"user","content":"H\\u00e9"}], "max_tokens":9 }';
    const body = `{ "model":"fast", "models" : ["${NANO}"],\t${rest}`;
    const { url } = bench.instance;
    const { key: token } = bench.principal;
    const response = await send('/gateway/v1/chat/completions', { body, token, url });
    expect(response.status).toBe(200);
    const requestId = response.headers.get('x-request-id');
    const sent = bench.sandbox.recorder.list().filter((each) => each.requestId === requestId);
    expect(sent.map(({ text }) => text)).toEqual([GPT, NANO].map((id) => `{ "model":"${id}", ${rest}`));
  });
});

describe('never across a budget or what a credential allows', () => {
  it('a key’s models are those that it lists: others are not called', async () => {
    const token = await newKey({ models: [GPT, GEMINI] });
    const first = await ask(bench, { route: 'chat/completions', models: [CLAUDE, GPT], token });
    expect(first.calls.map(({ model }) => model)).toEqual([GPT]);
    bench.plan(GPT, { kind: 'overloaded', ...FOR_GOOD });
    const failed = await ask(bench, { route: 'chat/completions', models: [GPT, CLAUDE], token });
    expect(failed.status).toBe(503);
    expect(new Set(failed.calls.map(({ model }) => model))).toEqual(new Set([GPT]));
    const next = await ask(bench, { route: 'chat/completions', models: [GPT, CLAUDE, GEMINI], token });
    expect(next.record).toMatchObject({ provider: 'gemini', status: 'ok' });
    const none = await sendAsk(bench, { route: 'chat/completions', models: [CLAUDE, 'gpt-4.1'], token });
    expect(none.status).toBe(403);
  });

  it('a client token’s are, too', async () => {
    const user = await signUp();
    const token = await getClientToken(user.accessToken, { providers: ['openai'] });
    const result = await ask(bench, { route: 'messages', model: 'smart', token });
    expect(result.calls.map(({ provider }) => provider)).toEqual(['openai']);
    expect((await sendAsk(bench, { route: 'messages', model: CLAUDE, token })).status).toBe(403);
  });

  it('a budget that holds one attempt, and no second, ends with the first', async () => {
    const probe = await ask(bench, { route: 'chat/completions', model: GPT });
    const held = probe.record.heldNanoUsd;
    const usd = (nano: number) => (nano / 1e9).toFixed(9);
    const token = await newKey({ budget: { usd: usd(1.5 * held), period: 'total' } });
    // Lost: it may have been billed, so that a second attempt would need as much again.
    bench.plan(GPT, { kind: 'cut', afterEvents: 0 });
    const result = await ask(bench, { route: 'chat/completions', model: GPT, token });
    expect(result).toMatchObject({ status: 502, calls: [{}] });
    expect(result.record).toMatchObject({ source: 'held', costNanoUsd: held, heldNanoUsd: held });
    const ample = await newKey({ budget: { usd: usd(2.5 * held), period: 'total' } });
    bench.plan(GPT, { kind: 'cut', afterEvents: 0 });
    const again = await ask(bench, { route: 'chat/completions', model: GPT, token: ample });
    expect(again).toMatchObject({ status: 200, calls: [{}, {}] });
    expect(again.record.costNanoUsd).toBe(held + probe.record.costNanoUsd);
    // A dearer model is not called on a budget that it doesn't fit.
    bench.plan(GPT, { kind: 'overloaded', ...FOR_GOOD });
    const cheap = await newKey({ budget: { usd: usd(1.5 * held), period: 'total' } });
    const dear = await ask(bench, { route: 'chat/completions', models: [GPT, 'gpt-4.1'], token: cheap });
    expect(dear.status).toBe(503);
    expect(new Set(dear.calls.map(({ model }) => model))).toEqual(new Set([GPT]));
    expect(dear.record.costNanoUsd).toBe(0);
  });
});

it('an answer that is kept for its Idempotency-Key says how it came about', async () => {
  bench.plan(GPT, { kind: 'overloaded' });
  const asked = {
    route: 'chat/completions' as const,
    model: GPT,
    headers: { 'Idempotency-Key': `k-${Date.now()}` },
  };
  const first = await ask(bench, asked);
  const again = await sendAsk(bench, asked);
  expect(again.headers.get('idempotent-replayed')).toBe('true');
  for (const headers of [first.headers, again.headers]) {
    expect(headers.get('x-firegate-attempts')).toBe('2');
    expect(headers.get('x-firegate-model')).toBe(`openai/${GPT}`);
  }
  expect(await again.text()).toBe(first.text);
});
