import { expect, test } from 'vitest';
import { addDays, ago, daysBetween, periodStart, span } from './time.ts';

const now = Date.parse('2026-11-25T10:00:00Z');

test('how long ago', () => {
  const before = (ms: number) => ago(new Date(now - ms).toISOString(), now);
  expect([0, 59_999, 60_000, 3_600_000, 86_400_000, 29 * 86_400_000, 31 * 86_400_000].map(before)).toEqual([
    'now',
    'now',
    '1 min ago',
    '1 h ago',
    '1 d ago',
    '29 d ago',
    '2026-10-25',
  ]);
  // A server's clock may be ahead of this one.
  expect(before(-5000)).toBe('now');
});

test('spans are rounded up', () => {
  expect([0.2, 89, 91, 5400, 86_400, 172_801].map(span)).toEqual([
    '1 s',
    '89 s',
    '2 min',
    '2 h',
    '24 h',
    '3 d',
  ]);
});

test('UTC days and the periods of budgets', () => {
  expect(addDays('2026-02-28', 1)).toBe('2026-03-01');
  expect(daysBetween('2026-12-30', '2027-01-01')).toEqual(['2026-12-30', '2026-12-31', '2027-01-01']);
  expect(periodStart('day', now)).toBe('2026-11-25');
  expect(periodStart('week', now)).toBe('2026-11-23');
  expect(periodStart('week', Date.parse('2026-11-29T23:59:59Z'))).toBe('2026-11-23');
  expect(periodStart('month', now)).toBe('2026-11-01');
  expect(periodStart('total', now)).toBeUndefined();
});
