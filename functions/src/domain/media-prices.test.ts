import { describe, expect, it } from 'vitest';
import { computeNanoUsd, MEDIA_PRICES, MONTH_MS, storageNanoUsd } from './media-prices.ts';

const GIB = 1024 ** 3;

describe('the table of media prices', () => {
  // By hand, from the pages that the table names.
  it('has what they say, in whole nano-USD', () => {
    expect(MEDIA_PRICES).toEqual({
      // 0.02 USD
      storageGibMonth: 20_000_000,
      // 0.000024 + 2 x 0.0000025 USD
      computeSecond: 29_000,
      // 2 x 0.000024 + 4 x 0.0000025 USD
      videoSecond: 58_000,
    });
  });
});

describe('keeping bytes', () => {
  it.each([
    ['a GiB for a month', GIB, MONTH_MS, 20_000_000],
    ['half a GiB for half a month', GIB / 2, MONTH_MS / 2, 5_000_000],
    ['a MiB for a month, rounded up', 1024 ** 2, MONTH_MS, 19_532],
    ['a byte for a moment', 1, 1, 1],
    ['a part of a millisecond', 1, 0.1, 1],
    ['nothing', 0, MONTH_MS, 0],
    ['for no time', GIB, 0, 0],
  ])('costs: %s', (_, bytes, ms, nanoUsd) => {
    expect(storageNanoUsd(bytes, ms)).toBe(nanoUsd);
  });

  it('is exact where floats are not: a month in days is the month', () => {
    const bytes = 123_456_789_012;
    const whole = storageNanoUsd(bytes, MONTH_MS);
    const day = storageNanoUsd(bytes, MONTH_MS / 30);
    expect(30 * day - whole).toBeGreaterThanOrEqual(0);
    expect(30 * day - whole).toBeLessThan(30);
    // 123456789012 x 20000000 / 2^30, rounded up
    expect(whole).toBe(Number((123_456_789_012n * 20_000_000n + (1n << 30n) - 1n) >> 30n));
  });
});

describe('computing', () => {
  it.each([
    [1000, 29_000],
    [1, 29],
    [0.5, 15],
    [0, 0],
    [120_000, 3_480_000],
  ])('%d ms cost %d nano-USD', (ms, nanoUsd) => {
    expect(computeNanoUsd(ms)).toBe(nanoUsd);
  });
});
