import { expect, test } from 'vitest';
import type { ApiKey } from '#lib/api/types.ts';
import { keyState } from './key-state.ts';

const now = Date.parse('2026-11-25T10:00:00Z');
const key: ApiKey = {
  id: 'a',
  name: 'a',
  prefix: 'fg_live_a…',
  scopes: ['generate'],
  status: 'active',
  createdAt: '2026-11-01T00:00:00Z',
};
const budget = { usd: '10', period: 'day' } as const;

test.each([
  ['Active', key, undefined],
  ['Active', { ...key, budget }, '9.999999999'],
  ['Over budget', { ...key, budget }, '10.000000000'],
  // Not known yet is not over.
  ['Active', { ...key, budget }, undefined],
  ['Expires in 24 h', { ...key, expiresAt: '2026-11-26T10:00:00Z' }, '0'],
  ['Active', { ...key, expiresAt: '2027-01-01T00:00:00Z' }, '0'],
  // The list may be older than the moment of expiry.
  ['Expired', { ...key, expiresAt: '2026-11-25T10:00:00Z' }, '0'],
  ['Revoked', { ...key, status: 'revoked', budget, expiresAt: '2026-11-26T10:00:00Z' }, '20'],
] as const)('%s', (words, subject, spent) => {
  expect(keyState(subject as ApiKey, spent, now).words).toBe(words);
});
