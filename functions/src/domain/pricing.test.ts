import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundNanoUsd, costAtRates, costNanoUsd, type Price, publicPrice, snapshotFor } from './pricing.ts';
import { NO_USAGE, type TokenUsage } from './usage.ts';

const usd = (amount: number) => amount * 1_000_000_000;

// Claude Opus 4.6 as it was before 2026-03-13: every rate there is, and a long-context tier.
const opus: Price = {
  source: 'test',
  base: {
    input: usd(5),
    output: usd(25),
    cachedInput: usd(0.5),
    cacheWriteInput: usd(6.25),
    cacheWrite1hInput: usd(10),
  },
  tiers: [
    {
      aboveInputTokens: 200_000,
      rates: {
        input: usd(10),
        output: usd(37.5),
        cachedInput: usd(1),
        cacheWriteInput: usd(12.5),
        cacheWrite1hInput: usd(20),
      },
    },
  ],
};
// GPT-4.1 mini: no price for cache writes, no tiers.
const mini: Price = {
  source: 'test',
  base: { input: 400_000_000, output: 1_600_000_000, cachedInput: 100_000_000 },
  tiers: [],
};

const usage = (tokens: Partial<TokenUsage>): TokenUsage => ({ ...NO_USAGE, ...tokens });

describe('costNanoUsd, against figures worked out by hand', () => {
  it.each<[string, Price, Partial<TokenUsage>, number]>([
    // 1000 x 0.0000004 + 500 x 0.0000016 = 0.0004 + 0.0008
    ['plain', mini, { inputTokens: 1000, outputTokens: 500 }, 1_200_000],
    // 600 x 0.0000004 + 400 x 0.0000001 = 0.00024 + 0.00004
    ['cached', mini, { inputTokens: 1000, cachedInputTokens: 400 }, 280_000],
    // Reasoning is part of the output and not billed again: 500 x 0.0000016
    ['reasoning', mini, { outputTokens: 500, reasoningTokens: 450 }, 800_000],
    // No rate for writes: they are input. 1000 x 0.0000004
    // Pictures without a rate of their own are input. 1000 x 0.0000004
    ['pictures without a rate', mini, { inputTokens: 1000, imageInputTokens: 300 }, 400_000],
    // 20 x 5 + 300 x 8 + 196 x 30 = 100 + 2400 + 5880 per million
    [
      'pictures in and out',
      { source: 'test', base: { input: usd(5), output: usd(30), imageInput: usd(8) }, tiers: [] },
      { inputTokens: 320, imageInputTokens: 300, outputTokens: 196 },
      8_380_000,
    ],
    // 310 x 7.5 + 1120 x 30 = 2325 + 33600 per million
    [
      'pictures among what was written',
      { source: 'test', base: { input: usd(1.5), output: usd(7.5), imageOutput: usd(30) }, tiers: [] },
      { outputTokens: 1430, imageOutputTokens: 1120, reasoningTokens: 300 },
      35_925_000,
    ],
    ['made pictures without a rate', mini, { outputTokens: 500, imageOutputTokens: 450 }, 800_000],
    // A report that names more pictures than output: 10 x 30
    [
      'more pictures than output',
      { source: 'test', base: { input: 0, output: usd(7.5), imageOutput: usd(30) }, tiers: [] },
      { outputTokens: 10, imageOutputTokens: 450 },
      300_000,
    ],
    ['cache write without a rate', mini, { inputTokens: 1000, cacheWriteInputTokens: 300 }, 400_000],
    // 100 x 5 + 2000 x 0.5 + 300 x 6.25 + 10 x 25 = 500 + 1000 + 1875 + 250 per million
    [
      'cached and written for 5 minutes',
      opus,
      { inputTokens: 2400, cachedInputTokens: 2000, cacheWriteInputTokens: 300, outputTokens: 10 },
      3_625_000,
    ],
    // 100 x 5 + 200 x 6.25 + 400 x 10 = 500 + 1250 + 4000 per million
    [
      'written for 5 minutes and for an hour',
      opus,
      { inputTokens: 700, cacheWriteInputTokens: 600, cacheWrite1hInputTokens: 400 },
      5_750_000,
    ],
    // At the threshold the base rates: 200000 x 5 + 1000 x 25 = 1.0 + 0.025
    ['at the threshold', opus, { inputTokens: 200_000, outputTokens: 1000 }, 1_025_000_000],
    // One token more and the whole request is dearer: 200001 x 10 + 1000 x 37.5 = 2.00001 + 0.0375
    ['past the threshold', opus, { inputTokens: 200_001, outputTokens: 1000 }, 2_037_510_000],
    // Cached tokens count for the threshold: 1 x 10 + 200000 x 1 = 0.00001 + 0.2
    ['past it by cached tokens', opus, { inputTokens: 200_001, cachedInputTokens: 200_000 }, 200_010_000],
    ['nothing', opus, {}, 0],
    // A report that does not add up: what it names is billed, 50 x 0.0000001
    ['more cached than input', mini, { inputTokens: 10, cachedInputTokens: 50 }, 5_000],
  ])('%s', (_, price, tokens, nanoUsd) => {
    expect(costNanoUsd(usage(tokens), price)).toBe(nanoUsd);
  });

  it('rounds up once, after adding', () => {
    // Two thirds of a nano-USD and two thirds more: 2 rounded once, not 1 + 1 or floor.
    const odd: Price = { source: 'test', base: { input: 666_667, output: 666_667 }, tiers: [] };
    expect(costNanoUsd(usage({ inputTokens: 1 }), odd)).toBe(1);
    expect(costNanoUsd(usage({ inputTokens: 1, outputTokens: 1 }), odd)).toBe(2);
    expect(costNanoUsd(usage({ inputTokens: 2, outputTokens: 1 }), odd)).toBe(3);
  });

  it('is exact where a product passes what a double holds', () => {
    const dear: Price = { source: 'test', base: { input: 600_000_000_001, output: 1 }, tiers: [] };
    expect(costNanoUsd(usage({ inputTokens: 999_999 }), dear)).toBe(599_999_400_001);
  });
});

it('a snapshot gives the cost again', () => {
  const tokens = usage({ inputTokens: 250_000, cachedInputTokens: 7, outputTokens: 33 });
  const snapshot = snapshotFor(opus, tokens.inputTokens);
  expect(snapshot).toMatchObject({ source: 'test', input: usd(10), aboveInputTokens: 200_000 });
  expect(costAtRates(tokens, snapshot)).toBe(costNanoUsd(tokens, opus));
  expect(snapshotFor(opus, 200_000)).toEqual({ source: 'test', ...opus.base });
});

describe('boundNanoUsd', () => {
  it('takes the dearest input rate that can apply', () => {
    const bound = { inputTokens: 1000, outputTokens: 100 };
    // 1000 x 10 (written for an hour), 6.25 (5 minutes) or 5 (no writes), + 100 x 25
    expect(boundNanoUsd(bound, opus)).toBe(12_500_000);
    expect(boundNanoUsd({ ...bound, cacheWrites: '5m' }, opus)).toBe(8_750_000);
    expect(boundNanoUsd({ ...bound, cacheWrites: 'none' }, opus)).toBe(7_500_000);
  });

  it('takes a tier into account once the bound passes its threshold', () => {
    const at = { inputTokens: 200_000, outputTokens: 100, cacheWrites: 'none' } as const;
    expect(boundNanoUsd(at, opus)).toBe(1_002_500_000);
    expect(boundNanoUsd({ ...at, inputTokens: 200_001 }, opus)).toBe(2_003_760_000);
  });

  it('is never below the cost of any usage within it', () => {
    const parts = fc.record({
      fresh: fc.nat(300_000),
      cached: fc.nat(300_000),
      written: fc.nat(300_000),
      written1h: fc.nat(300_000),
      output: fc.nat(128_000),
      slack: fc.nat(10_000),
    });
    fc.assert(
      fc.property(fc.constantFrom(opus, mini), parts, (price, p) => {
        const input = p.fresh + p.cached + p.written + p.written1h;
        const cost = costNanoUsd(
          {
            inputTokens: input,
            outputTokens: p.output,
            cachedInputTokens: p.cached,
            cacheWriteInputTokens: p.written + p.written1h,
            cacheWrite1hInputTokens: p.written1h,
            reasoningTokens: 0,
          },
          price,
        );
        const bound = { inputTokens: input + p.slack, outputTokens: p.output + p.slack };
        expect(boundNanoUsd(bound, price)).toBeGreaterThanOrEqual(cost);
      }),
    );
  });
});

it('shows prices as decimal strings', () => {
  expect(publicPrice(mini)).toEqual({ input: '0.40', output: '1.60', cachedInput: '0.10' });
  expect(publicPrice(opus).longContext).toEqual([
    {
      aboveInputTokens: 200_000,
      input: '10.00',
      output: '37.50',
      cachedInput: '1.00',
      cacheWriteInput: '12.50',
      cacheWrite1hInput: '20.00',
    },
  ]);
});
