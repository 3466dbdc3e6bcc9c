import { expect, test } from 'vitest';
import type { ApiKey, BudgetPeriod } from '#lib/api/types.ts';
import { spendSince } from './spend-since.ts';

const now = Date.parse('2026-11-25T10:00:00Z');
const key = (period?: BudgetPeriod, createdAt = '2026-10-03T12:00:00Z'): ApiKey => ({
  id: 'a',
  name: 'a',
  prefix: 'fg_live_a…',
  scopes: ['generate'],
  status: 'active',
  createdAt,
  ...(period === undefined ? {} : { budget: { usd: '5', period } }),
});

test('a key’s spend counts from the start of its budget’s period', () => {
  expect(spendSince(key(), now)).toBe('2026-11-01');
  expect(spendSince(key('day'), now)).toBe('2026-11-25');
  expect(spendSince(key('week'), now)).toBe('2026-11-23');
  expect(spendSince(key('total'), now)).toBe('2026-10-03');
  // 366 days with today.
  expect(spendSince(key('total', '2024-01-01T00:00:00Z'), now)).toBe('2025-11-25');
});
