import { expect, test } from 'vitest';
import type { Limit } from '#lib/api/types.ts';
import { stripLimits, viewOf } from './limits.ts';

const limit = (name: string, unit: Limit['unit'], all: number | string, left: number | string): Limit => ({
  name,
  unit,
  limit: all,
  remaining: left,
  resetSeconds: 0,
});

test('money is counted exactly, and never below nothing', () => {
  expect(viewOf(limit('budget-day', 'usd', '20.000000000', '1.580000000'))).toMatchObject({
    label: 'Spend today',
    used: '$18.42',
    limit: '$20',
    remaining: '$1.58',
    share: 0.921,
  });
  expect(viewOf(limit('budget-day', 'usd', '5', '7')).used).toBe('$0.00');
});

test('counts', () => {
  expect(viewOf({ ...limit('requests-per-minute', 'requests', 120, 79), resetSeconds: 21 })).toMatchObject({
    used: '41',
    limit: '120',
    remaining: '79',
    share: 41 / 120,
    resetSeconds: 21,
  });
  // A name that this client does not know yet is shown as it is.
  expect(viewOf(limit('images', 'requests', 0, 0))).toMatchObject({ label: 'images', share: 0 });
});

test('the strip shows the shortest budget and the rate, or what there is of them', () => {
  const month = limit('budget-month', 'usd', '5', '5');
  const day = limit('budget-day', 'usd', '1', '1');
  expect(stripLimits([month, day]).budget?.name).toBe('budget-day');
  expect(stripLimits([month]).budget?.shortLabel).toBe('This month');
  expect(stripLimits([])).toEqual({});
});
