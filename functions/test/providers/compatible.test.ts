import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { costNanoUsd, type Price } from '../../src/domain/pricing.ts';
import type { TokenUsage } from '../../src/domain/usage.ts';
import { COMPATIBLE } from '../../src/providers/compatible/dialects.ts';
import type { ChatRequest, Meter, Provider } from '../../src/providers/contract.ts';
import { foldStream } from '../../src/providers/fold.ts';
import { priceOf } from '../../src/providers/prices.ts';
import { withOwnModels } from '../../src/providers/registry.ts';
import { SseSplitter } from '../../src/providers/sse.ts';
import { bodyOf, type RawUpstream, startRawUpstream, streamOf } from '../gateway/raw-upstream.ts';
import { context } from './harness.ts';

// Each shipped provider of OpenAI's format, on a server that keeps what arrives and answers what the provider's
// documentation says it answers.

interface Expected {
  /** Of the default base URL; of those without one, of the URL that its documentation gives as the example. */
  url: string;
  model: string;
  headers: Record<string, string | undefined>;
  /** What a request for 100 tokens at a temperature of 0.5 says beside its model and its messages; then, streamed. */
  body: object;
  streamed: object;
  content: string;
  usage: Omit<TokenUsage, 'cacheWriteInputTokens'> & { cacheWriteInputTokens?: number };
  /** Where no price is published: as a team may have agreed it, USD per million tokens. */
  price?: Price;
  /** Worked out by hand. */
  nanoUsd: number;
}

const BEARER = { authorization: 'Bearer the-key', 'api-key': undefined };
const USAGE_ASKED = { stream_options: { include_usage: true } };
const perToken = (rates: Price['base']): Price => ({ source: 'agreed', base: rates, tiers: [] });
const usd = (dollars: number) => dollars * 1e9;

const EXPECTED: Record<keyof typeof COMPATIBLE, Expected> = {
  mistral: {
    url: 'https://api.mistral.ai/v1',
    model: 'mistral-large-2512',
    headers: BEARER,
    body: { max_tokens: 100 },
    streamed: {},
    content: 'Bonjour 👋',
    usage: { inputTokens: 1200, cachedInputTokens: 1024, outputTokens: 84, reasoningTokens: 0 },
    // 176 x 500 + 1024 x 50 + 84 x 1500
    nanoUsd: 265_200,
  },
  groq: {
    url: 'https://api.groq.com/openai/v1',
    model: 'openai/gpt-oss-120b',
    headers: BEARER,
    body: { max_completion_tokens: 100 },
    streamed: USAGE_ASKED,
    content: 'Fast.',
    usage: { inputTokens: 900, cachedInputTokens: 512, outputTokens: 300, reasoningTokens: 120 },
    // 388 x 150 + 512 x 75 + 300 x 600
    nanoUsd: 276_600,
  },
  deepseek: {
    url: 'https://api.deepseek.com/v1',
    model: 'deepseek-v4-pro',
    headers: BEARER,
    body: { max_tokens: 100 },
    streamed: USAGE_ASKED,
    content: 'Forty-two.',
    usage: { inputTokens: 2000, cachedInputTokens: 1536, outputTokens: 500, reasoningTokens: 350 },
    // 464 x 660 + 1536 x 22 + 500 x 1980, out of the dear hours
    nanoUsd: 1_330_032,
  },
  xai: {
    url: 'https://api.x.ai/v1',
    model: 'grok-4.3',
    headers: BEARER,
    body: { max_completion_tokens: 100 },
    streamed: USAGE_ASKED,
    content: 'The result is 10403.',
    // 9 of the answer and 94 of reasoning beside them.
    usage: { inputTokens: 32, cachedInputTokens: 6, outputTokens: 103, reasoningTokens: 94 },
    // 26 x 1250 + 6 x 200 + 103 x 2500
    nanoUsd: 291_200,
  },
  openrouter: {
    url: 'https://openrouter.ai/api/v1',
    model: 'anthropic/claude-sonnet-4.5',
    headers: BEARER,
    body: { max_tokens: 100 },
    streamed: USAGE_ASKED,
    content: 'Routed.',
    usage: {
      inputTokens: 700,
      cachedInputTokens: 300,
      cacheWriteInputTokens: 200,
      outputTokens: 60,
      reasoningTokens: 20,
    },
    price: perToken({ input: usd(3), cachedInput: usd(0.3), cacheWriteInput: usd(3.75), output: usd(15) }),
    // 200 x 3000 + 300 x 300 + 200 x 3750 + 60 x 15000
    nanoUsd: 2_340_000,
  },
  together: {
    url: 'https://api.together.xyz/v1',
    model: 'meta-llama/Llama-3.3-70B-Instruct-Turbo',
    headers: BEARER,
    body: { max_tokens: 100 },
    streamed: USAGE_ASKED,
    content: 'Together.',
    usage: { inputTokens: 41, cachedInputTokens: 0, outputTokens: 12, reasoningTokens: 0 },
    // (41 + 12) x 880
    nanoUsd: 46_640,
  },
  azure: {
    url: 'https://acme.openai.azure.com/openai/v1',
    model: 'my-deployment',
    headers: { authorization: undefined, 'api-key': 'the-key' },
    body: { max_completion_tokens: 100, service_tier: 'default' },
    streamed: USAGE_ASKED,
    content: 'Deployed.',
    usage: { inputTokens: 400, cachedInputTokens: 256, outputTokens: 150, reasoningTokens: 64 },
    price: perToken({ input: usd(0.75), cachedInput: usd(0.075), output: usd(4.5) }),
    // 144 x 750 + 256 x 75 + 150 x 4500
    nanoUsd: 802_200,
  },
  ollama: {
    url: 'http://10.0.0.7:11434/v1',
    model: 'llama3.3',
    headers: { authorization: 'Bearer none' },
    body: { max_tokens: 100 },
    streamed: USAGE_ASKED,
    content: 'At home.',
    usage: { inputTokens: 26, cachedInputTokens: 0, outputTokens: 9, reasoningTokens: 0 },
    price: perToken({ input: 0, output: 0 }),
    nanoUsd: 0,
  },
  vllm: {
    url: 'http://10.0.0.7:8000/v1',
    model: 'Qwen/Qwen3-32B',
    headers: { authorization: 'Bearer none' },
    body: { max_completion_tokens: 100 },
    streamed: USAGE_ASKED,
    content: 'Served.',
    usage: { inputTokens: 17, cachedInputTokens: 0, outputTokens: 31, reasoningTokens: 0 },
    price: perToken({ input: 0, output: 0 }),
    nanoUsd: 0,
  },
};

const NOON = new Date('2026-11-23T12:00:00Z');
const fixture = (name: string) =>
  readFileSync(new URL(`../../src/providers/compatible/fixtures/${name}`, import.meta.url), 'utf8');

let upstream: RawUpstream;
beforeAll(async () => {
  upstream = await startRawUpstream();
});
afterAll(() => upstream.stop());

describe.each(Object.entries(EXPECTED))('%s', (name, expected) => {
  const id = name as keyof typeof COMPATIBLE;
  const definition = withOwnModels(
    id,
    JSON.stringify([{ id: expected.model, contextWindow: 128_000, maxOutputTokens: 8_192 }]),
  );
  const model = definition.models.find((each) => each.id === expected.model);
  if (!model) throw new Error(`${id} lists no ${expected.model}`);
  const request: ChatRequest = {
    model,
    messages: [{ role: 'user', content: 'Hi' }],
    maxTokens: 100,
    temperature: 0.5,
  };
  const usage = { cacheWriteInputTokens: 0, ...expected.usage };
  const price = expected.price ?? priceOf(id, expected.model, NOON);
  const cost = (used: TokenUsage | undefined) => used && price && costNanoUsd(used, price);
  let provider: Provider;

  beforeEach(() => {
    const { pathname } = new URL(expected.url);
    provider = definition.connect({
      apiKey: definition.selfHosted ? '' : 'the-key',
      baseUrl: upstream.url + pathname,
      sandbox: false,
    });
  });

  /** What arrived: the request's line, headers and body. */
  function arrived() {
    const { path, headers, body } = upstream.last();
    const { messages, model: asked, temperature, ...rest } = JSON.parse(body) as Record<string, unknown>;
    expect(headers).toMatchObject(
      Object.fromEntries(Object.entries(expected.headers).filter(([, value]) => value !== undefined)),
    );
    for (const [header, value] of Object.entries(expected.headers)) expect(headers[header]).toBe(value);
    expect({ asked, temperature, messages }).toEqual({
      asked: expected.model,
      temperature: 0.5,
      messages: [{ role: 'user', content: 'Hi' }],
    });
    return { path, rest };
  }

  it('has its address', () => {
    const needsOne = ['azure', 'ollama', 'vllm'].includes(id);
    expect(COMPATIBLE[id].baseUrl).toBe(needsOne ? undefined : expected.url);
  });

  it('is asked and read as it documents, whole', async () => {
    upstream.answer(bodyOf(200, fixture(`${id}.json`)));
    const result = await provider.generate(request, context());
    expect(arrived()).toEqual({
      path: `${new URL(expected.url).pathname}/chat/completions`,
      rest: { ...expected.body, stream: false },
    });
    expect(result).toMatchObject({ content: expected.content, finishReason: 'stop', usage });
    expect(cost(result.usage)).toBe(expected.nanoUsd);
  });

  it('is asked and read as it documents, streamed', async () => {
    upstream.answer(streamOf([fixture(`${id}.sse`)]));
    const result = await foldStream(provider.stream(request, context()));
    expect(arrived().rest).toEqual({ ...expected.body, ...expected.streamed, stream: true });
    expect(result).toMatchObject({ content: expected.content, finishReason: 'stop', usage });
    expect(cost(result.usage)).toBe(expected.nanoUsd);
  });

  it('is metered the same where its answer is passed on', () => {
    const { chatCompletions } = provider.endpoints;
    const whole = chatCompletions?.meter() as Meter;
    whole.answer(JSON.parse(fixture(`${id}.json`)), 10);
    const streamed = chatCompletions?.meter() as Meter;
    for (const { data } of new SseSplitter().push(Buffer.from(fixture(`${id}.sse`)))) {
      if (data !== undefined) streamed.event(data);
    }
    for (const meter of [whole, streamed]) {
      expect(meter.reading()).toMatchObject({ usage, usageComplete: true, finishReason: 'stop' });
      expect(cost(meter.reading().usage)).toBe(expected.nanoUsd);
    }
  });

  it('is passed a request with its own credentials', async () => {
    upstream.answer(bodyOf(200, fixture(`${id}.json`)));
    const body = new TextEncoder().encode(
      `{"model":${JSON.stringify(expected.model)},"messages":[{"role":"user","content":"Hi"}],"temperature":0.5}`,
    );
    await provider.endpoints.chatCompletions?.send({ body, headers: {}, query: {} }, context());
    expect(arrived().path).toBe(`${new URL(expected.url).pathname}/chat/completions`);
  });

  it('is bounded above what it reports', () => {
    const words = 'x'.repeat(usage.inputTokens);
    const asked = { ...request, messages: [{ role: 'user' as const, content: words }] };
    expect(provider.bound(asked).inputTokens).toBeGreaterThan(usage.inputTokens);
  });
});

it('a provider without an address of its own is never called at another’s', async () => {
  const { connect } = withOwnModels('azure', '[{"id":"d","contextWindow":9,"maxOutputTokens":9}]');
  const azure = connect({ apiKey: 'the-key', baseUrl: undefined, sandbox: false });
  const [model] = azure.models;
  if (!model) throw new Error('no model');
  const request: ChatRequest = { model, messages: [{ role: 'user', content: 'Hi' }], maxTokens: 9 };
  await expect(azure.generate(request, context())).rejects.toThrow('Azure OpenAI has no base URL');
});

it('fields that cost what no tokens tell are named', () => {
  const openrouter = withOwnModels('openrouter', undefined).connect({
    apiKey: 'k',
    baseUrl: undefined,
    sandbox: false,
  });
  const model = {
    id: 'm',
    name: 'm',
    contextWindow: 9,
    maxOutputTokens: 9,
    capabilities: [],
    unsupportedParameters: [],
  };
  const body = { model: 'm', messages: [], plugins: [{ id: 'web' }] };
  expect(openrouter.endpoints.chatCompletions?.bound(body, JSON.stringify(body), model)).toMatchObject({
    unpriced: 'plugins',
  });
});
