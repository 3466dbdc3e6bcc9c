import { Firestore, Timestamp, type WriteBatch } from '@google-cloud/firestore';
import { describe, expect, it } from 'vitest';
import { hold } from '../domain/ledger/account.ts';
import type { KeyAccess } from '../domain/ledger/key-access.ts';
import { advancedKey, freshKey } from '../domain/ledger/key-state.ts';
import {
  keyAccessUpdate,
  keyBookFields,
  keyLedgerRef,
  keyStateFrom,
  parseKeyLedger,
} from './key-ledger-document.ts';

const NOON = Date.parse('2026-11-23T12:00:00.123Z');
const access: KeyAccess = {
  userId: 'u',
  status: 'active',
  hashes: [{ hash: 'new' }, { hash: 'old', validUntil: NOON }],
  expiresAt: NOON + 1,
  scopes: ['generate'],
  providers: undefined,
  models: ['gpt-a'],
  limits: { tokensPerMinute: 600 },
  budget: { period: 'week', nanoUsd: 5_000 },
};
const firestore = new Firestore({ projectId: 'demo-unit' });

/** What `keyAccessUpdate` puts into a batch. */
function written(change: Partial<KeyAccess>) {
  const sets: { data: { access: Record<string, unknown> }; mergeFields: string[] }[] = [];
  const batch = {
    set: (
      _: unknown,
      data: { access: Record<string, unknown> },
      { mergeFields }: { mergeFields: string[] },
    ) => sets.push({ data, mergeFields }),
  };
  keyAccessUpdate(batch as unknown as WriteBatch, firestore, 'key1', change);
  return sets;
}

describe('the ledger document of an API key', () => {
  it('holds an account exactly', () => {
    const key = freshKey(access, NOON);
    hold(key.account, { tokens: 400, nanoUsd: 900 });
    const state = { ...advancedKey(key, NOON + 12_345), lastUsedAt: NOON + 5 };
    const [{ data } = { data: undefined }] = written(access);
    const document = parseKeyLedger({ ...data, ...keyBookFields(state) });
    expect(document && keyStateFrom(document, 0)).toEqual(state);
  });

  it('is fresh before the first admission', () => {
    const [{ data } = { data: undefined }] = written(access);
    const document = parseKeyLedger(data);
    expect(document && keyStateFrom(document, NOON)).toEqual(freshKey(access, NOON));
  });

  it('opens a bucket that is new as full less what is held, and closes one that is gone', () => {
    const key = freshKey({ ...access, limits: {} }, NOON);
    hold(key.account, { tokens: 400, nanoUsd: 900 });
    expect(key.account.tokenLevel).toBe(Number.POSITIVE_INFINITY);
    const book = keyBookFields(key);
    expect(book).toMatchObject({ tokens: null, requests: null, liveHolds: 1 });
    const limited = parseKeyLedger({ access: written(access)[0]?.data.access, ...book });
    const opened = limited && keyStateFrom(limited, 0);
    expect(opened?.account.tokenLevel).toBe(200 * 60_000);
    const free = parseKeyLedger({
      access: written({ ...access, limits: {} })[0]?.data.access,
      ...book,
      tokens: 17,
    });
    expect(free && keyStateFrom(free, 0).account.tokenLevel).toBe(Number.POSITIVE_INFINITY);
  });

  it('merges only what has changed; undefined clears', () => {
    expect(written({ status: 'revoked', expiresAt: undefined })).toEqual([
      {
        data: { access: { status: 'revoked', expiresAt: null } },
        mergeFields: ['access.status', 'access.expiresAt'],
      },
    ]);
    expect(written({ hashes: [{ hash: 'h', validUntil: NOON }] })[0]?.data.access).toEqual({
      hashes: [{ hash: 'h', validUntil: Timestamp.fromMillis(NOON) }],
    });
    expect(written({})).toEqual([]);
  });

  it('is none where there is nothing, or the document is a user’s or incomplete', () => {
    expect(parseKeyLedger(undefined)).toBeUndefined();
    expect(parseKeyLedger({ access: { isActive: true, tier: 'free' } })).toBeUndefined();
    expect(parseKeyLedger({ access: { status: 'revoked' } })).toBeUndefined();
  });

  it('refuses ids that would lead elsewhere', () => {
    expect(keyLedgerRef(firestore, 'abcXYZ09').path).toBe('rateLimitBuckets/abcXYZ09');
    for (const id of ['', 'a/b', '.', '__x__', 'a b', 'a'.repeat(65)]) {
      expect(() => keyLedgerRef(firestore, id)).toThrow(RangeError);
    }
  });
});
