import { describe, expect, it } from 'vitest';
import type { LimitOverrides } from '../tiers.ts';
import { admit, type Candidate } from './admit.ts';
import { UNITS } from './bucket.ts';
import { type Extension, extend } from './extend.ts';
import { settle } from './settle.ts';
import { advance, copyState, freshState, type LedgerState } from './state.ts';

const NOON = Date.parse('2026-11-23T12:00:00Z');
const small = {
  tokens: { capacity: 1_000, refillPerSecond: 10 },
  requestsPerMinute: 1,
  concurrency: 1,
  budgets: [{ period: 'day', nanoUsd: 500 }],
} as const satisfies LimitOverrides;

const candidate: Candidate = {
  requestId: 'r',
  tokens: 100,
  outputTokens: 50,
  nanoUsd: 100,
  deadline: NOON + 120_000,
  provider: 'openai',
  model: 'gpt-test',
  route: '/r',
  authTime: 1,
};

function held(overrides: LimitOverrides = small): LedgerState {
  const state = freshState({ isActive: true, validSince: 0, tier: 'free', overrides }, NOON);
  expect(admit(state, candidate)).toBeUndefined();
  return state;
}
const more = (rest: Partial<Extension> = {}): Extension => {
  const { deadline: _, route: __, ...asked } = candidate;
  return { ...asked, tokens: 300, outputTokens: 120, nanoUsd: 250, ...rest };
};

/** Refuses, and proves that the refusal changed nothing (I4). */
function refused(state: LedgerState, extension: Extension) {
  const before = copyState(state);
  const refusal = extend(state, extension);
  if (refusal === undefined) throw new Error('Extended');
  expect(state).toEqual(before);
  return refusal;
}

describe('an extension', () => {
  it('holds what is more, for the model that is tried next, and counts no second request', () => {
    const state = held();
    expect(extend(state, more({ provider: 'anthropic', model: 'claude-test' }))).toBeUndefined();
    expect(state.account).toMatchObject({
      tokenLevel: 700 * UNITS,
      requestLevel: 0,
      heldTokens: 300,
      heldNanoUsd: 250,
      liveHolds: 1,
    });
    expect(state.holds.get('r')).toEqual({
      requestId: 'r',
      tokens: 300,
      outputTokens: 120,
      nanoUsd: 250,
      admittedAt: NOON,
      deadline: candidate.deadline,
      route: '/r',
      provider: 'anthropic',
      model: 'claude-test',
    });
  });

  it('takes nothing back, and nothing twice', () => {
    const state = held();
    extend(state, more());
    const once = copyState(state);
    expect(extend(state, more())).toBeUndefined();
    expect(extend(state, more({ tokens: 1, outputTokens: 0, nanoUsd: 0 }))).toBeUndefined();
    expect(state).toEqual(once);
  });

  it('is settled as one hold', () => {
    const state = held();
    extend(state, more());
    expect(settle(state, 'r', { tokens: 280, nanoUsd: 240 })).toMatchObject({ overrun: false });
    expect(state.account).toMatchObject({
      heldTokens: 0,
      heldNanoUsd: 0,
      settled: { day: { nanoUsd: 240 } },
    });
    expect(state.account.tokenLevel).toBe(720 * UNITS);
  });

  it('is refused by what is spent, what is held, the bucket, and what could never fit', () => {
    const spent = held({ ...small, concurrency: 2, requestsPerMinute: 60 });
    admit(spent, { ...candidate, requestId: 's', nanoUsd: 300 });
    expect(refused(spent, more())).toMatchObject({ reason: 'limited', limit: { name: 'budget-day' } });
    expect(extend(spent, more({ nanoUsd: 200 }))).toBeUndefined();
    settle(spent, 's', { tokens: 100, nanoUsd: 300 });
    expect(refused(spent, more())).toMatchObject({ reason: 'budget_spent', limit: { name: 'budget-day' } });
    expect(refused(held(), more({ nanoUsd: 501 }))).toMatchObject({ reason: 'never_fits', asked: 501 });
    expect(refused(held(), more({ tokens: 1_001 }))).toMatchObject({ reason: 'never_fits', asked: 1_001 });
    expect(refused(held(), more({ nanoUsd: undefined })).reason).toBe('unknown_price');
    const drained = held({ ...small, concurrency: 2, requestsPerMinute: 60 });
    admit(drained, { ...candidate, requestId: 's', tokens: 850 });
    expect(refused(drained, more())).toMatchObject({
      reason: 'limited',
      limit: { name: 'tokens' },
      retryAfterMs: 15_000,
    });
  });

  it('of what has no price is of tokens alone', () => {
    const state = held({ ...small, budgets: [] });
    expect(extend(state, more({ nanoUsd: undefined }))).toBeUndefined();
    expect(state.account).toMatchObject({ heldTokens: 300, heldNanoUsd: 100 });
  });

  it('is judged by what the credential may do now', () => {
    const state = held({ ...small, models: ['gpt-test'] });
    expect(refused(state, more({ model: 'gpt-other' })).reason).toBe('model_not_allowed');
    state.access = { ...state.access, validSince: 2 };
    expect(refused(state, more()).reason).toBe('signed_out');
    state.access = { ...state.access, isActive: false };
    expect(refused(state, more()).reason).toBe('disabled');
  });

  it('is of nothing once the request is over', () => {
    const state = held();
    advance(state, NOON + 1_000);
    settle(state, 'r', { tokens: 1, nanoUsd: 1 });
    expect(refused(state, more()).reason).toBe('not_held');
  });
});
