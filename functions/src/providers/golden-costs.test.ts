import { describe, expect, it } from 'vitest';
import { costNanoUsd } from '../domain/pricing.ts';
import { NO_USAGE } from '../domain/usage.ts';
import { messagesMeter } from './anthropic/messages-meter.ts';
import type { Meter } from './contract.ts';
import { chatMeter } from './openai/chat-meter.ts';
import { embeddingsMeter } from './openai/embeddings.ts';
import { responsesMeter } from './openai/responses-meter.ts';
import { priceOf } from './prices.ts';
import { SseSplitter } from './sse.ts';
import { readFixture } from './test-support.ts';

// What is passed on is metered alongside: from answers written after the providers' schemas, at the prices of a day, by hand.

const AT = new Date('2026-11-23T12:00:00Z');

const GOLDEN = [
  {
    of: 'chat completions, with cached, cache-write and reasoning tokens',
    meter: chatMeter,
    fixture: 'openai/fixtures/reasoning-cached',
    model: ['openai', 'gpt-5.6-sol'],
    usage: {
      inputTokens: 2400,
      cachedInputTokens: 2000,
      cacheWriteInputTokens: 300,
      outputTokens: 150,
      reasoningTokens: 128,
    },
    // 100 x 4,000 + 2,000 x 400 + 300 x 5,000 + 150 x 20,000
    nanoUsd: 5_700_000,
  },
  {
    of: 'responses, with cached, cache-write and reasoning tokens',
    meter: responsesMeter,
    fixture: 'openai/fixtures/response-reasoning-cached',
    model: ['openai', 'gpt-5.6-terra'],
    usage: {
      inputTokens: 3000,
      cachedInputTokens: 2000,
      cacheWriteInputTokens: 400,
      outputTokens: 220,
      reasoningTokens: 128,
    },
    // 600 x 2,000 + 2,000 x 200 + 400 x 2,500 + 220 x 12,000
    nanoUsd: 5_240_000,
  },
  {
    of: 'messages, with cache reads, writes for 5 minutes and for an hour, and thinking',
    meter: messagesMeter,
    fixture: 'anthropic/fixtures/thinking-cached',
    model: ['anthropic', 'claude-opus-5-5'],
    usage: {
      inputTokens: 2800,
      cachedInputTokens: 2000,
      cacheWriteInputTokens: 700,
      cacheWrite1hInputTokens: 400,
      outputTokens: 150,
      reasoningTokens: 120,
    },
    // 100 x 4,000 + 2,000 x 200 + 300 x 5,000 + 400 x 8,000 + 150 x 20,000
    nanoUsd: 8_500_000,
  },
] as const;

const read = (name: string) => readFixture(new URL(import.meta.url), name);

describe.each(GOLDEN)('the meter of $of', ({ meter, fixture, model: [provider, model], usage, nanoUsd }) => {
  function expectGolden(one: Meter): void {
    const reading = one.reading();
    expect(reading).toMatchObject({ usageComplete: true, finishReason: 'stop' });
    expect(reading.usage).toEqual(usage);
    const price = priceOf(provider, model, AT);
    expect(reading.usage && price && costNanoUsd(reading.usage, price)).toBe(nanoUsd);
  }

  it('of a whole answer', () => {
    const one = meter();
    one.answer(JSON.parse(read(`${fixture}.json`).toString('utf8')), 10);
    expectGolden(one);
  });

  it.each([1, 2, 3, 7, 64, 100_000])('of a stream, %i bytes at a time', (size) => {
    const one = meter();
    const splitter = new SseSplitter();
    const bytes = read(`${fixture}.sse`);
    for (let at = 0; at < bytes.length; at += size) {
      for (const { data } of splitter.push(bytes.subarray(at, at + size))) {
        if (data !== undefined) one.event(data);
      }
    }
    expectGolden(one);
  });
});

it('the meter of embeddings', () => {
  const meter = embeddingsMeter();
  meter.answer(
    {
      object: 'list',
      data: [{ object: 'embedding', index: 0, embedding: [0.1, -0.2] }],
      model: 'text-embedding-3-large',
      usage: { prompt_tokens: 1234, total_tokens: 1234 },
    },
    10,
  );
  const { usage } = meter.reading();
  const price = priceOf('openai', 'text-embedding-3-large', AT);
  expect(usage).toEqual({ ...NO_USAGE, inputTokens: 1234 });
  // 1,234 x 130
  expect(usage && price && costNanoUsd(usage, price)).toBe(160_420);
});
