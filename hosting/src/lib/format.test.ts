import { expect, test } from 'vitest';
import { compact, cost, duration, price, size, upperCost } from './format.ts';

test('durations', () => {
  expect([18.4, 999.4, 1180, 59_990, 123_400].map(duration)).toEqual([
    '18 ms',
    '999 ms',
    '1.18 s',
    '59.99 s',
    '2 min 03 s',
  ]);
});

test('prices and costs are shown to the last digit that counts', () => {
  expect(['1.25', '10', '10.0', '0.075', '1.5'].map(price)).toEqual([
    '$1.25',
    '$10',
    '$10',
    '$0.075',
    '$1.50',
  ]);
  expect(['0.000123000', '1.5', '2.0', '0.0'].map(cost)).toEqual(['$0.000123', '$1.50', '$2.00', '$0.00']);
});

test('an upper bound is never rounded down', () => {
  expect([0.0061, 0.04401, 0.044, 1.231, 12.3, 0].map(upperCost)).toEqual([
    '$0.0061',
    '$0.045',
    '$0.044',
    '$1.30',
    '$13.00',
    '$0',
  ]);
});

test('context windows', () => {
  expect([512, 128_000, 1_000_000, 1_050_000].map(compact)).toEqual(['512', '128K', '1M', '1.05M']);
});

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1 KiB'],
  [1_500_000, '1.4 MiB'],
  [2 * 1024 ** 3, '2 GiB'],
  [512 * 1024 ** 2, '512 MiB'],
])('%i bytes are %s', (bytes, words) => expect(size(bytes)).toBe(words));
