import { describe, expect, it } from 'vitest';
import { admit } from './admit.ts';
import { UNITS } from './bucket.ts';
import { cancel, expire, settle, settleLate } from './settle.ts';
import { advance, freshState, type LedgerState } from './state.ts';

const NOON = Date.parse('2026-11-23T12:00:00Z');
const DAY = 86_400_000;

function startWith(
  ...holds: { id: string; tokens: number; nanoUsd: number; deadline?: number }[]
): LedgerState {
  const overrides = {
    tokens: { capacity: 1_000, refillPerSecond: 1 },
    budgets: [{ period: 'day', nanoUsd: 10_000 }],
  } as const;
  const state = freshState({ isActive: true, validSince: 0, tier: 'free', overrides }, NOON);
  for (const { id, deadline = NOON + 1_000, ...amount } of holds) {
    const rest = { outputTokens: 0, provider: 'p', model: 'm', route: 'r', authTime: 0 };
    expect(admit(state, { requestId: id, deadline, ...amount, ...rest })).toBeUndefined();
  }
  return state;
}

describe('settlement', () => {
  it('gives back what was not taken', () => {
    const state = startWith({ id: 'a', tokens: 400, nanoUsd: 900 });
    expect(settle(state, 'a', { tokens: 150, nanoUsd: 300 })).toMatchObject({
      settledAt: NOON,
      overrun: false,
    });
    expect(state.account).toMatchObject({
      tokenLevel: 850 * UNITS,
      heldTokens: 0,
      heldNanoUsd: 0,
      liveHolds: 0,
    });
    for (const settled of Object.values(state.account.settled)) expect(settled.nanoUsd).toBe(300);
    expect(settle(state, 'a', { tokens: 150, nanoUsd: 300 })).toBeUndefined();
  });

  it('settles an overrun as reported, as a debt of the bucket', () => {
    const state = startWith({ id: 'a', tokens: 400, nanoUsd: 900 });
    expect(settle(state, 'a', { tokens: 1_500, nanoUsd: 2_000 })?.overrun).toBe(true);
    expect(state.account.tokenLevel).toBe(-500 * UNITS);
    expect(state.account.settled.total.nanoUsd).toBe(2_000);
  });

  it('settles in full what is overdue, and nothing else', () => {
    const state = startWith(
      { id: 'a', tokens: 100, nanoUsd: 10 },
      { id: 'b', tokens: 100, nanoUsd: 20, deadline: NOON + 9_000 },
      { id: 'c', tokens: 100, nanoUsd: 30 },
      { id: 'd', tokens: 100, nanoUsd: 40 },
    );
    advance(state, NOON + 1_000);
    expect(expire(state, 1, new Set(['a'])).map(({ hold }) => hold.requestId)).toEqual(['c']);
    expect(expire(state, 9, new Set()).map(({ hold }) => hold.requestId)).toEqual(['a', 'd']);
    expect(state.account.settled.day.nanoUsd).toBe(80);
    expect([...state.holds.keys()]).toEqual(['b']);
  });

  it('carries holds over a change of period and counts them in the period they are settled in', () => {
    const state = startWith({ id: 'a', tokens: 100, nanoUsd: 700 }, { id: 'b', tokens: 100, nanoUsd: 50 });
    settle(state, 'b', { tokens: 1, nanoUsd: 50 });
    advance(state, NOON + DAY);
    expect(state.account).toMatchObject({
      heldNanoUsd: 700,
      settled: { day: { nanoUsd: 0 }, week: { nanoUsd: 50 } },
    });
    settle(state, 'a', { tokens: 1, nanoUsd: 600 });
    expect(state.account.settled).toMatchObject({
      day: { key: '2026-11-24', nanoUsd: 600 },
      week: { nanoUsd: 650 },
      total: { nanoUsd: 650 },
    });
  });

  it('corrects late settlements downward only, and each in its own period', () => {
    const state = startWith({ id: 'a', tokens: 100, nanoUsd: 700 });
    advance(state, NOON + 1_000);
    expire(state, 9, new Set());
    const settledAt = state.asOf;
    expect(settleLate(state, { nanoUsd: 700, settledAt }, 900)).toBe(700);
    expect(state.account.settled.day.nanoUsd).toBe(700);
    advance(state, NOON + DAY);
    const level = state.account.tokenLevel;
    expect(settleLate(state, { nanoUsd: 700, settledAt }, 100)).toBe(100);
    expect(state.account.settled).toMatchObject({
      day: { key: '2026-11-24', nanoUsd: 0 },
      week: { nanoUsd: 100 },
      month: { nanoUsd: 100 },
      total: { nanoUsd: 100 },
    });
    expect(state.account.tokenLevel).toBe(level);
  });

  it('takes back an admission, all but the request that it took from the minute', () => {
    const state = startWith({ id: 'a', tokens: 100, nanoUsd: 700 });
    expect(cancel(state, 'a')).toBe(true);
    expect(cancel(state, 'a')).toBe(false);
    const untouched = startWith();
    const { requestLevel } = state.account;
    expect(untouched.account.requestLevel - requestLevel).toBe(UNITS);
    untouched.account.requestLevel = requestLevel;
    expect(state).toEqual(untouched);
  });
});
