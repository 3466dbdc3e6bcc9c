import { expect, it } from 'vitest';
import { retryAfterSeconds } from './retry-after.ts';

const NOW = Date.parse('2026-11-23T12:00:00Z');

it.each<[Record<string, string>, number | undefined]>([
  [{ 'retry-after': '7' }, 7],
  [{ 'retry-after': '0' }, 0],
  [{ 'retry-after': '1.2' }, 2],
  [{ 'retry-after-ms': '1500' }, 2],
  [{ 'retry-after-ms': '20', 'retry-after': '7' }, 1],
  [{ 'retry-after-ms': 'soon', 'retry-after': '7' }, 7],
  [{ 'retry-after': 'Mon, 23 Nov 2026 12:00:30 GMT' }, 30],
  [{ 'retry-after': 'Mon, 23 Nov 2026 11:00:00 GMT' }, 0],
  [{ 'retry-after': '' }, undefined],
  [{ 'retry-after': 'soon' }, undefined],
  [{}, undefined],
])('%j is %s', (headers, seconds) => {
  expect(retryAfterSeconds(new Headers(headers), NOW)).toBe(seconds);
});

it('no headers, no time', () => {
  expect(retryAfterSeconds(undefined, NOW)).toBeUndefined();
});
