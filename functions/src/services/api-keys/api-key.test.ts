import { Timestamp } from '@google-cloud/firestore';
import { describe, expect, it } from 'vitest';
import type { ApiKeyDocument } from '../../store/api-keys.ts';
import { accessOfKey, auditView, statusOf } from './api-key.ts';
import { mergeChoices } from './merge-choices.ts';
import { nextRotation } from './next-rotation.ts';

const at = (ms: number) => Timestamp.fromMillis(ms);
const key: ApiKeyDocument = {
  userId: 'ada',
  name: 'reports',
  prefix: 'fg_test_0123',
  hash: '$2b$10$current',
  previous: { hash: '$2b$10$before', validUntil: at(500) },
  scopes: ['generate'],
  providers: ['openai'],
  models: null,
  status: 'active',
  expiresAt: at(1_000),
  lastUsedAt: at(3),
  budget: { nanoUsd: 7, period: 'day' },
  limits: { concurrency: 2 },
  rotation: { everyDays: 1, graceSeconds: 0 },
  rotatesAt: at(9),
  tags: null,
  createdAt: at(1),
  updatedAt: at(2),
};

describe('statusOf', () => {
  it.each([
    [999, 'active'],
    [1_000, 'expired'],
    [1_001, 'expired'],
  ])('at %d is %s', (now, status) => {
    expect(statusOf(key, now)).toBe(status);
    expect(statusOf({ ...key, status: 'revoked' }, now)).toBe('revoked');
    expect(statusOf({ ...key, expiresAt: null }, now)).toBe('active');
  });
});

describe('accessOfKey', () => {
  it('tells the ledger all that must hold', () => {
    expect(accessOfKey(key)).toEqual({
      userId: 'ada',
      status: 'active',
      hashes: [{ hash: '$2b$10$current' }, { hash: '$2b$10$before', validUntil: 500 }],
      expiresAt: 1_000,
      scopes: ['generate'],
      providers: ['openai'],
      models: undefined,
      limits: { concurrency: 2 },
      budget: { nanoUsd: 7, period: 'day' },
    });
    expect(accessOfKey({ ...key, hash: null }).hashes).toEqual([{ hash: '$2b$10$before', validUntil: 500 }]);
    expect(accessOfKey({ ...key, status: 'revoked' }).status).toBe('revoked');
    // Its expiry says it.
    expect(accessOfKey({ ...key, status: 'expired' })).toMatchObject({ status: 'active', expiresAt: 1_000 });
  });
});

it('what the audit log shows has no hash in it', () => {
  expect(JSON.stringify(auditView(key))).not.toContain('$2b$');
  expect(auditView(key)).toMatchObject({ name: 'reports', status: 'active', limits: { concurrency: 2 } });
});

it('a rotation is so many days from a moment', () => {
  expect(nextRotation({ everyDays: 2, graceSeconds: 9 }, at(5))?.toMillis()).toBe(5 + 2 * 86_400_000);
  expect(nextRotation(null, at(5))).toBeNull();
});

describe('mergeChoices', () => {
  it('merges inside of objects, and makes none of an empty one', () => {
    expect(mergeChoices(key, { name: 'new', limits: { concurrency: null, requestsPerMinute: 3 } })).toEqual({
      name: 'new',
      limits: { requestsPerMinute: 3 },
    });
    expect(mergeChoices(key, { limits: { concurrency: null } })).toEqual({ limits: null });
    expect(mergeChoices(key, { budget: { nanoUsd: 8 } })).toEqual({ budget: { nanoUsd: 8, period: 'day' } });
    expect(mergeChoices(key, { budget: null, tags: { a: 'b', c: null } })).toEqual({
      budget: null,
      tags: { a: 'b' },
    });
    expect(mergeChoices(key, {})).toEqual({});
  });

  it('refuses a part of an object that is not there', () => {
    const bare = { ...key, budget: null, rotation: null };
    for (const patch of [{ budget: { nanoUsd: 8 } }, { rotation: { everyDays: 2 } }, { budget: {} }]) {
      expect(() => mergeChoices(bare, patch)).toThrow(expect.objectContaining({ code: 'invalid_request' }));
    }
  });
});
