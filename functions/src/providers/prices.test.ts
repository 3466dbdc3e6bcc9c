import { calcPrice } from '@pydantic/genai-prices';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { costNanoUsd } from '../domain/pricing.ts';
import type { Model } from './contract.ts';
import { buildPriceTable, PACKAGE_IDS } from './prices/build.ts';
import { fromGenaiPrices } from './prices/from-genai-prices.ts';
import { installedVersion } from './prices/installed-version.ts';
import { OWN_PRICES } from './prices/own.ts';
import table from './prices/table.json' with { type: 'json' };
import { priceOf } from './prices.ts';
import { KNOWN_PROVIDERS } from './registry.ts';

const KNOWN = Object.values(KNOWN_PROVIDERS);
const listed = KNOWN.flatMap(({ id, models }) => models.map((model): [string, Model] => [id, model]));

const isOwn = ([provider, { id }]: [string, Model]) => `${provider}/${id}` in OWN_PRICES;

it('a price of our own is of a listed model that the package has none for', () => {
  const own = listed.filter(isOwn);
  expect(own).toHaveLength(Object.keys(OWN_PRICES).length);
  for (const [providerId, { id }] of own)
    expect(calcPrice({ input_tokens: 0 }, id, { providerId })).toBeNull();
});

it('the committed table is what the pinned package says (else run prices/generate.ts)', () => {
  expect(table).toEqual(buildPriceTable(KNOWN, installedVersion()));
});

it.each(listed)('%s lists only models that have a price: $id', (provider, model) => {
  const price = priceOf(provider, model.id);
  const { capabilities } = model;
  // Moderations are free, embeddings have no output, pictures are tokens.
  expect(price?.base.input).toSatisfy((rate: number) => rate > 0 !== capabilities.includes('moderation'));
  expect(price?.base.output).toSatisfy(
    (rate: number) => rate > 0 === (capabilities.includes('chat') || capabilities.includes('images')),
  );
  expect(price?.source).toEqual(isOwn([provider, model]) ? expect.stringMatching(/^https:/) : table.source);
});

it('knows no price of what it does not list', () => {
  expect(priceOf('openai', 'gpt-none')).toBeUndefined();
  expect(priceOf('nobody', 'gpt-4o')).toBeUndefined();
});

describe('a price that changed on a day', () => {
  // gpt-5.6-sol: 5 / 30 USD until 2026-08-20, 4 / 20 USD from then on.
  it.each([
    ['2026-08-20T23:59:59.999Z', 5_000_000_000, 30_000_000_000],
    ['2026-08-21T00:00:00.000Z', 4_000_000_000, 20_000_000_000],
    ['2030-01-01T00:00:00.000Z', 4_000_000_000, 20_000_000_000],
  ])('at %s', (at, input, output) => {
    expect(priceOf('openai', 'gpt-5.6-sol', new Date(at))?.base).toMatchObject({ input, output });
  });
});

describe('a price that is dearer at some hours', () => {
  // deepseek-v4-flash since 2026-08-17: 0.22 / 0.66 USD, twice that from 01:00 to 04:00 and from 06:00 to 10:00 UTC.
  it.each([
    ['00:49:59', 220_000_000, 660_000_000],
    // A call may take ten minutes, and so reach into them.
    ['00:50:00', 440_000_000, 1_320_000_000],
    ['03:59:59', 440_000_000, 1_320_000_000],
    ['04:00:00', 220_000_000, 660_000_000],
    ['09:59:59', 440_000_000, 1_320_000_000],
    ['23:59:59', 220_000_000, 660_000_000],
  ])('at %s', (time, input, output) => {
    const at = new Date(`2026-11-23T${time}Z`);
    expect(priceOf('deepseek', 'deepseek-v4-flash', at)?.base).toMatchObject({ input, output });
  });
});

it('agrees with the package itself for any usage of any listed model', () => {
  const at = new Date('2026-11-23T12:00:00Z');
  const usages = fc.record({
    fresh: fc.nat(900_000),
    cached: fc.nat(300_000),
    written: fc.nat(50_000),
    written1h: fc.nat(50_000),
    output: fc.nat(128_000),
  });
  fc.assert(
    fc.property(
      fc.constantFrom(...listed.filter((each) => !isOwn(each))),
      usages,
      ([provider, model], tokens) => {
        const price = priceOf(provider, model.id, at);
        if (price === undefined) throw new Error('no price');
        // The package refuses hour-long writes for models without a price of theirs.
        const written1h = price.base.cacheWrite1hInput === undefined ? 0 : tokens.written1h;
        const input = tokens.fresh + tokens.cached + tokens.written + written1h;
        const theirs = calcPrice(
          {
            input_tokens: input,
            cache_read_tokens: tokens.cached,
            cache_write_tokens: tokens.written + written1h,
            cache_write_1h_tokens: written1h,
            output_tokens: tokens.output,
          },
          model.id,
          { providerId: PACKAGE_IDS[provider] ?? provider, timestamp: at },
        );
        const ours = costNanoUsd(
          {
            inputTokens: input,
            outputTokens: tokens.output,
            cachedInputTokens: tokens.cached,
            cacheWriteInputTokens: tokens.written + written1h,
            cacheWrite1hInputTokens: written1h,
            reasoningTokens: 0,
          },
          price,
        );
        // Theirs is a sum of floats; ours is exact and rounded up to a whole nano-USD.
        expect(Math.abs(ours - (theirs?.total_price ?? Number.NaN) * 1e9)).toBeLessThan(1.01);
      },
    ),
    { numRuns: 300 },
  );
});

describe('reading the package', () => {
  const model = { id: 'm', match: { equals: 'm' } };

  it('turns floats into the decimals they stand for', () => {
    expect(fromGenaiPrices({ ...model, prices: { input_mtok: 0.075, output_mtok: 1e-7 } })).toEqual([
      { from: null, base: { input: 75_000_000, output: 100 }, tiers: [] },
    ]);
  });

  it('gives each tier all rates, also those that have no tier of their own', () => {
    const tiered = { base: 2, tiers: [{ start: 200_000, price: 4 }] };
    const [price] = fromGenaiPrices({
      ...model,
      prices: { input_mtok: tiered, output_mtok: 10, cache_read_mtok: 0.5 },
    });
    expect(price?.tiers).toEqual([
      {
        aboveInputTokens: 200_000,
        rates: { input: 4_000_000_000, output: 10_000_000_000, cachedInput: 500_000_000 },
      },
    ]);
  });

  it.each([
    ['more than nine decimals', { input_mtok: 1e-10, output_mtok: 1 }],
    ['no output price', { input_mtok: 1 }],
  ])('refuses %s', (_, prices) => {
    expect(() => fromGenaiPrices({ ...model, prices })).toThrow();
  });

  it('refuses hours over midnight', () => {
    const constraint = { type: 'time_of_date' as const, start_time: '20:00:00Z', end_time: '08:00:00Z' };
    const prices = [{ constraint, prices: { input_mtok: 1, output_mtok: 1 } }];
    expect(() => fromGenaiPrices({ ...model, prices })).toThrow(/20:00:00Z/);
  });
});
