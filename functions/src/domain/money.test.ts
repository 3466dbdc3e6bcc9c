import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assertNanoUsd, nanoFromUsd, nanoUsdFromBigInt, usdFromNano } from './money.ts';

describe('usdFromNano', () => {
  it.each([
    [0, '0.00'],
    [1, '0.000000001'],
    [123_000, '0.000123'],
    [100_000_000, '0.10'],
    [5_000_000_000, '5.00'],
    [1_234_567_890, '1.23456789'],
    [Number.MAX_SAFE_INTEGER, '9007199.254740991'],
  ])('writes %i as %s', (nano, text) => {
    expect(usdFromNano(nano)).toBe(text);
  });

  it('takes a BigInt beyond what a double holds', () => {
    expect(usdFromNano(123_456_789_012_345_678_901n)).toBe('123456789012.345678901');
  });

  it.each([-1, 0.5, Number.NaN, 2 ** 53])('refuses %d', (amount) => {
    expect(() => usdFromNano(amount)).toThrow(RangeError);
    expect(() => assertNanoUsd(amount)).toThrow(RangeError);
  });

  it('keeps to the contract and comes back unchanged, for every amount', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (nano) => {
        const text = usdFromNano(nano);
        expect(text).toMatch(/^\d+\.\d{1,9}$/);
        expect(nanoFromUsd(text)).toBe(nano);
      }),
    );
  });
});

describe('nanoFromUsd', () => {
  it('reads whole and fractional amounts', () => {
    expect(nanoFromUsd('5')).toBe(5_000_000_000);
    expect(nanoFromUsd('0.1')).toBe(100_000_000);
    expect(nanoFromUsd('0.000000001')).toBe(1);
  });

  it.each(['', '-1', '1.', '.5', '1e3', ' 1', '1.0000000001', '0x10', '9007200.00'])('refuses %j', (text) => {
    expect(() => nanoFromUsd(text)).toThrow(RangeError);
  });
});

it('refuses a BigInt that a double can not hold', () => {
  expect(nanoUsdFromBigInt(9_007_199_254_740_991n)).toBe(Number.MAX_SAFE_INTEGER);
  expect(() => nanoUsdFromBigInt(9_007_199_254_740_992n)).toThrow(RangeError);
  expect(() => nanoUsdFromBigInt(-1n)).toThrow(RangeError);
});
