import { expect, test } from 'vitest';
import type { UsageSummaryItem } from '#lib/api/types.ts';
import { labelled, scaleOf, seriesOf } from './chart.ts';
import { change, percent, totalsOf } from './totals.ts';

const item = (usd: string, more: Partial<UsageSummaryItem> = {}): UsageSummaryItem => ({
  requests: 2,
  errors: 1,
  inputTokens: 10,
  outputTokens: 5,
  cachedInputTokens: 4,
  cacheWriteInputTokens: 0,
  reasoningTokens: 0,
  cost: { usd },
  ...more,
});
const days = ['2026-11-01', '2026-11-02'];

test('the rest of each day stands as Other; days without use are empty', () => {
  const totals = [item('5', { day: '2026-11-01' }), item('1', { day: '2026-11-02' })];
  const models = [{ name: 'a', items: [item('3.5', { day: '2026-11-01' })] }];
  expect(seriesOf(days, totals, models, true)).toEqual([
    { name: 'a', values: [3_500_000_000n, 0n] },
    { name: 'Other', values: [1_500_000_000n, 1_000_000_000n] },
  ]);
  expect(seriesOf(days, totals, models, false)).toHaveLength(1);
  expect(seriesOf(days, [], models, true)[1]?.values).toEqual([0n, 0n]);
});

test.each([
  [36, [0, 10, 20, 30, 40], ['$0', '$10', '$40']],
  [40, [0, 10, 20, 30, 40], ['$0', '$10', '$40']],
  [1.7, [0, 0.5, 1, 1.5, 2], ['$0', '$0.50', '$2.00']],
  [0.00031, [0, 0.0001, 0.0002, 0.0003, 0.0004], ['$0', '$0.0001', '$0.0004']],
])('a scale for %d', (largest, ticks, labels) => {
  const scale = scaleOf(largest);
  expect(scale.ticks.map((tick) => Number(tick.toPrecision(6)))).toEqual(ticks);
  expect([0, 1, scale.ticks.length - 1].map((i) => scale.label(scale.ticks[i] ?? 0))).toEqual(labels);
  expect(scale.top).toBeGreaterThanOrEqual(largest);
});

test('nothing spent still has a scale', () => {
  expect(scaleOf(0).top).toBeGreaterThan(0);
});

test('labels keep their distance', () => {
  expect([...labelled(Array.from({ length: 30 }, String), 10)]).toEqual([0, 3, 6, 9, 12, 15, 18, 21, 24, 27]);
  expect([...labelled(days, 10)]).toEqual([0, 1]);
});

test('totals, shares and the change on the range before', () => {
  expect(totalsOf([item('0.1'), item('0.000000002')])).toMatchObject({
    requests: 4,
    errors: 2,
    nanoUsd: 100_000_002n,
  });
  expect([percent(1, 3), percent(1, 0)]).toEqual(['33.3%', '–']);
  expect([change(1081n, 1000n), change(500n, 1000n), change(5n, 0n)]).toEqual(['+8.1%', '−50.0%', undefined]);
});
