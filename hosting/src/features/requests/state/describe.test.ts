import { expect, test } from 'vitest';
import { priceWords, tokensPerSecond, unitWords } from './describe.ts';
import { requestFilters } from './filters.ts';

test('tokens per second count from the first token', () => {
  expect(tokensPerSecond({ outputTokens: 100, latencyMs: 2500, timeToFirstTokenMs: 500 })).toBe(50);
  expect(tokensPerSecond({ outputTokens: 100, latencyMs: 2500 })).toBeUndefined();
  expect(tokensPerSecond({ outputTokens: 100, latencyMs: 500, timeToFirstTokenMs: 500 })).toBeUndefined();
  expect(tokensPerSecond({ outputTokens: 1, latencyMs: 600, timeToFirstTokenMs: 500 })).toBeUndefined();
});

test('prices, where there are any', () => {
  expect(priceWords({ input: '1.250000000', output: '10.000000000' })).toBe(
    '$1.25 in, $10 out per million tokens',
  );
  expect(priceWords(undefined)).toBeUndefined();
});

test('the URL’s filters', () => {
  expect(requestFilters({ provider: 'openai', model: '', apiKeyId: ['a', 'b'] })).toEqual({
    provider: 'openai',
  });
});

test.each([
  [undefined, undefined],
  [{}, undefined],
  [{ images: 1 }, '1 image'],
  [{ images: 2, bytes: 1_500_000 }, '2 images, 1.4 MiB'],
  [{ seconds: 12.54 }, '12.5 s'],
])('%j is told as %s', (units, words) => expect(unitWords(units)).toBe(words));
