import { Firestore, Timestamp } from '@google-cloud/firestore';
import { describe, expect, it } from 'vitest';
import { admit } from '../domain/ledger/admit.ts';
import { type Access, advance, freshState } from '../domain/ledger/state.ts';
import {
  accessFields,
  accessOf,
  bookFields,
  ledgerRef,
  limitOverridesSchema,
  SWEEP_SHARDS,
  stateOf,
} from './ledger-document.ts';

const NOON = Date.parse('2026-11-23T12:00:00.123Z');
const access: Access = { isActive: true, validSince: 7, tier: 'pro', overrides: { concurrency: 500 } };

function filled(holds: number) {
  const state = freshState(access, NOON);
  for (let i = 0; i < holds; i++) {
    const refusal = admit(state, {
      requestId: `req_${String(i).padStart(22, 'x')}`,
      tokens: 1_000 + i,
      outputTokens: i,
      nanoUsd: 123_456_789 + i,
      deadline: NOON + 400_000 - i,
      provider: 'anthropic',
      model: 'claude-something-long-20261121',
      route: '/api/v1/llm/generate',
      authTime: 8,
    });
    expect(refusal).toBeUndefined();
  }
  return state;
}

describe('the ledger document', () => {
  it('holds a state exactly, whatever was refilled', () => {
    const state = filled(3);
    advance(state, NOON + 12_347);
    const book = bookFields('u', state);
    expect(stateOf({ access: {}, book }, access, 0)).toEqual(state);
    expect(book.nextDeadline).toEqual(Timestamp.fromMillis(NOON + 399_998));
    expect(book.lastRefill.toMillis()).toBe(NOON + 12_347);
    expect(book.tokens).toBe(state.account.tokenLevel / 60_000);
  });

  it('carries 500 holds in a tenth of the size that a document may have', () => {
    expect(bookFields('u', filled(500)).holds.length).toBeLessThan(100_000);
  });

  it('reads as fresh where nothing was ever admitted', () => {
    expect(stateOf({ access: {} }, access, NOON)).toEqual(freshState(access, NOON));
  });

  it('believes itself over the user document, and knows what it lacks', () => {
    expect(accessOf({ access: { isActive: false } })).toBeUndefined();
    expect(accessOf({ access: { isActive: false } }, access)).toEqual({ ...access, isActive: false });
    expect(accessOf({ access: accessFields({ ...access, overrides: undefined }) as never })).toEqual({
      ...access,
      overrides: undefined,
    });
  });

  it('spreads users over the sweep shards', () => {
    const shards = new Map<number, number>();
    const state = freshState(access, NOON);
    for (let i = 0; i < 800; i++) {
      const { sweepShard } = bookFields(`user_${i * 7919}`, state);
      shards.set(sweepShard, (shards.get(sweepShard) ?? 0) + 1);
    }
    expect(shards.size).toBe(SWEEP_SHARDS);
    for (const count of shards.values()) expect(count).toBeGreaterThan(50);
  });

  it('refuses ids that would lead elsewhere', () => {
    const firestore = new Firestore({ projectId: 'demo-unit' });
    expect(ledgerRef(firestore, 'abc').path).toBe('rateLimitBuckets/abc');
    for (const id of ['', 'a/b', '.', '..', '__x__', 'a'.repeat(129)]) {
      expect(() => ledgerRef(firestore, id)).toThrow(RangeError);
    }
  });

  it('takes whole, positive limits only', () => {
    expect(limitOverridesSchema.safeParse({ tokens: { capacity: 10, refillPerSecond: 0.5 } }).success).toBe(
      false,
    );
    expect(limitOverridesSchema.safeParse({ concurrency: 0 }).success).toBe(false);
    expect(limitOverridesSchema.safeParse({ budgets: [] }).success).toBe(true);
  });
});
