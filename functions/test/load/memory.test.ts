import { expect, it } from 'vitest';
import { memoryGrowth, residentBytes } from './memory.ts';

it('compares medians around the quarter and at the end', () => {
  const samples = Array.from({ length: 101 }, (_, i) => ({ at: i * 10, bytes: 100 + i }));
  expect(memoryGrowth(samples)).toEqual({ quarter: 125, end: 195, most: 200 });
  const spike = samples.map((sample) => (sample.at === 990 ? { ...sample, bytes: 9_999 } : sample));
  expect(memoryGrowth(spike).end).toBeLessThan(200);
});

it('reads what this process holds', () => {
  const { rss } = process.memoryUsage();
  expect(residentBytes(process.pid) / rss).toBeGreaterThan(0.8);
  expect(residentBytes(process.pid) / rss).toBeLessThan(1.25);
  expect(residentBytes(2 ** 22 + 1)).toBeNaN();
});
