import { expect, test } from 'vitest';
import { lastDays, rangeBefore, rangeOf, usageSearch } from './range.ts';

const now = Date.parse('2026-11-25T23:59:00Z');

test('the last 30 days, or those of the URL', () => {
  expect(rangeOf({}, now)).toMatchObject({ from: '2026-10-27', to: '2026-11-25', preset: '30d' });
  expect(rangeOf(lastDays(7, now), now)).toMatchObject({ from: '2026-11-19', preset: '7d' });
  expect(rangeOf(lastDays(30, now), now).days).toHaveLength(30);
  expect(rangeOf({ from: '2026-11-01', to: '2026-11-07' }, now).preset).toBe('custom');
});

test('a range that makes no sense is mended', () => {
  expect(rangeOf({ from: '2026-11-09', to: '2026-11-07' }, now).days).toEqual(['2026-11-07']);
  expect(rangeOf({ from: '2000-01-01' }, now).days).toHaveLength(366);
  expect(usageSearch({ from: '2026-13-77', to: 'x', group: 'colour' })).toEqual({});
  expect(usageSearch({ from: '2026-11-01', group: 'apiKey' })).toEqual({
    from: '2026-11-01',
    group: 'apiKey',
  });
});

test('the range before is as long', () => {
  expect(rangeBefore(rangeOf({ from: '2026-11-08', to: '2026-11-14' }, now))).toEqual({
    from: '2026-11-01',
    to: '2026-11-07',
  });
});
