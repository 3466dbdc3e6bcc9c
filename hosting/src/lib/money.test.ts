import { expect, test } from 'vitest';
import { amount, nanoUsd, share, spend, usdOf } from './money.ts';

test('decimal strings are exact nano-USD', () => {
  expect(nanoUsd('12345678.000000001')).toBe(12_345_678_000_000_001n);
  expect([nanoUsd('5'), nanoUsd('0.5'), nanoUsd('0.000000')]).toEqual([5_000_000_000n, 500_000_000n, 0n]);
  expect(usdOf(12_345_678_000_000_001n)).toBe('12345678.000000001');
});

test('spend is shown to the cent, and never as nothing where there is something', () => {
  expect(['0', '0.000000001', '0.009999999', '0.01', '13.374', '13.375', '1204'].map(spend)).toEqual([
    '$0.00',
    '<$0.01',
    '<$0.01',
    '$0.01',
    '$13.37',
    '$13.38',
    '$1,204.00',
  ]);
  expect(['50.000000000', '0.5', '1500'].map(amount)).toEqual(['$50', '$0.50', '$1,500']);
});

test('shares', () => {
  expect([share('5', '20'), share('1', '0'), share('30', '20')]).toEqual([0.25, 0, 1.5]);
});
