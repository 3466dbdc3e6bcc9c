import { describe, expect, it } from 'vitest';
import { type LimitOverrides, TIERS } from '../tiers.ts';
import { admit, type Candidate, type Refusal } from './admit.ts';
import { UNITS } from './bucket.ts';
import { limitStates } from './limits.ts';
import { settle } from './settle.ts';
import { type Access, advance, copyState, freshState, type LedgerState } from './state.ts';

const NOON = Date.parse('2026-11-23T12:00:00Z');
const small = {
  tokens: { capacity: 1_000, refillPerSecond: 10 },
  requestsPerMinute: 60,
  concurrency: 3,
  budgets: [{ period: 'day', nanoUsd: 500 }],
} as const satisfies LimitOverrides;

function start(overrides: LimitOverrides = small, access: Partial<Access> = {}): LedgerState {
  return freshState({ isActive: true, validSince: 0, tier: 'free', overrides, ...access }, NOON);
}

let next = 0;
function ask(more: Partial<Candidate> = {}): Candidate {
  next += 1;
  return {
    requestId: `req_${next}`,
    tokens: 100,
    outputTokens: 50,
    nanoUsd: 100,
    deadline: NOON + 120_000,
    provider: 'openai',
    model: 'gpt-test',
    route: '/r',
    authTime: 1,
    ...more,
  };
}

/** Refuses, and proves that the refusal changed nothing (I4). */
function refused(state: LedgerState, candidate: Candidate): Refusal {
  const before = copyState(state);
  const refusal = admit(state, candidate);
  if (refusal === undefined || refusal.reason === 'pool_needed') throw new Error('Admitted');
  expect(state).toEqual(before);
  return refusal;
}

describe('admission', () => {
  it('holds the bound on every limit', () => {
    const state = start();
    const candidate = ask();
    expect(admit(state, candidate)).toBeUndefined();
    expect(state.account).toMatchObject({
      tokenLevel: 900 * UNITS,
      requestLevel: 59 * UNITS,
      heldTokens: 100,
      heldNanoUsd: 100,
      liveHolds: 1,
    });
    expect(state.holds.get(candidate.requestId)).toMatchObject({
      tokens: 100,
      nanoUsd: 100,
      admittedAt: NOON,
    });
  });

  it('admits a request once: the retry of an unknown outcome takes nothing more', () => {
    const state = start();
    const candidate = ask();
    admit(state, candidate);
    const once = copyState(state);
    expect(admit(state, candidate)).toBeUndefined();
    expect(state).toEqual(once);
  });

  it('refuses who is disabled, who signed out, and a model that is not allowed', () => {
    expect(refused(start(small, { isActive: false }), ask()).reason).toBe('disabled');
    expect(refused(start(small, { validSince: 2 }), ask({ authTime: 1 })).reason).toBe('signed_out');
    expect(admit(start(small, { validSince: 2 }), ask({ authTime: 2 }))).toBeUndefined();
    const state = start({ ...small, models: ['gpt-a', 'openai/gpt-b'] });
    expect(refused(state, ask({ model: 'gpt-c' })).reason).toBe('model_not_allowed');
    expect(refused(state, ask({ model: 'gpt-b', provider: 'other' })).reason).toBe('model_not_allowed');
    expect(admit(state, ask({ model: 'gpt-a' }))).toBeUndefined();
    expect(admit(state, ask({ model: 'gpt-b' }))).toBeUndefined();
  });

  it('refuses for good what is larger than a limit itself, and what has no price where a budget applies', () => {
    expect(refused(start(), ask({ tokens: 1_001 }))).toMatchObject({
      reason: 'never_fits',
      asked: 1_001,
      limit: { name: 'tokens', limit: 1_000 },
    });
    expect(refused(start(), ask({ nanoUsd: 501 }))).toMatchObject({
      reason: 'never_fits',
      limit: { name: 'budget-day', limit: 500 },
    });
    expect(refused(start(), ask({ nanoUsd: undefined })).reason).toBe('unknown_price');
    expect(admit(start({ ...small, budgets: [] }), ask({ nanoUsd: undefined }))).toBeUndefined();
    expect(admit(start(), ask({ tokens: 1_000, nanoUsd: 500 }))).toBeUndefined();
  });

  it('says budget spent when what is settled blocks alone, and wait when holds do', () => {
    const state = start();
    const first = ask({ nanoUsd: 450 });
    admit(state, first);
    expect(refused(state, ask())).toMatchObject({
      reason: 'limited',
      limit: { name: 'budget-day', limit: 500, remaining: 50 },
    });
    settle(state, first.requestId, { tokens: 10, nanoUsd: 450 });
    expect(refused(state, ask())).toMatchObject({
      reason: 'budget_spent',
      limit: { name: 'budget-day', remaining: 50, resetSeconds: 43_200 },
    });
    expect(admit(state, ask({ nanoUsd: 50 }))).toBeUndefined();
  });

  it('lets what is free through a budget that is spent to the last', () => {
    const state = start();
    const first = ask({ nanoUsd: 500 });
    admit(state, first);
    settle(state, first.requestId, { tokens: 1, nanoUsd: 500 });
    expect(admit(state, ask({ nanoUsd: 0 }))).toBeUndefined();
  });

  it('says how long the bucket takes', () => {
    const state = start();
    admit(state, ask({ tokens: 950 }));
    expect(refused(state, ask({ tokens: 100 }))).toMatchObject({
      reason: 'limited',
      retryAfterMs: 5_000,
      limit: { name: 'tokens', remaining: 50 },
    });
  });

  it('refuses too many at once, and too many in a minute', () => {
    const state = start();
    const candidates = [ask({ tokens: 1 }), ask({ tokens: 1 }), ask({ tokens: 1 })];
    for (const candidate of candidates) expect(admit(state, candidate)).toBeUndefined();
    expect(refused(state, ask())).toMatchObject({ limit: { name: 'concurrency', limit: 3, remaining: 0 } });
    const busy = start({ ...small, requestsPerMinute: 2 });
    for (const candidate of [ask(), ask()]) {
      admit(busy, candidate);
      settle(busy, candidate.requestId, { tokens: 1, nanoUsd: 1 });
    }
    expect(refused(busy, ask())).toMatchObject({
      retryAfterMs: 30_000,
      limit: { name: 'requests-per-minute' },
    });
    advance(busy, NOON + 30_000);
    expect(admit(busy, ask())).toBeUndefined();
  });

  it('names the limit with the longest wait', () => {
    const state = start({ ...small, concurrency: 1 });
    admit(state, ask({ tokens: 950 }));
    expect(refused(state, ask({ tokens: 100 }))).toMatchObject({ limit: { name: 'tokens' } });
  });

  it('holds at most 500 requests, whatever the concurrency', () => {
    const state = start({ ...small, concurrency: 9_999, requestsPerMinute: 9_999 });
    for (let i = 0; i < 500; i++) expect(admit(state, ask({ tokens: 1, nanoUsd: 1 }))).toBeUndefined();
    expect(refused(state, ask({ tokens: 1, nanoUsd: 0 }))).toMatchObject({
      limit: { name: 'concurrency', limit: 500 },
    });
  });

  it('clamps what is left and what is held to the capacity when it refills', () => {
    const state = start();
    const held = ask({ tokens: 600 });
    admit(state, held);
    advance(state, NOON + 3_600_000);
    expect(limitStates(state)[0]).toMatchObject({ name: 'tokens', remaining: 400, resetSeconds: 60 });
    settle(state, held.requestId, { tokens: 0, nanoUsd: 0 });
    expect(limitStates(state)[0]).toMatchObject({ remaining: 1_000, resetSeconds: 0 });
  });
});

describe('tiers', () => {
  it('the free tier is generous', () => {
    const { free } = TIERS;
    expect(free.requestsPerMinute).toBeGreaterThanOrEqual(120);
    expect(free.concurrency).toBeGreaterThanOrEqual(8);
    expect(free.budgets[0]).toMatchObject({ period: 'day' });
    expect(free.budgets[0].nanoUsd).toBeGreaterThanOrEqual(5e9);
    const dear = 64_000 * 120_000 + 200_000 * 15_000;
    const state = freshState({ isActive: true, validSince: 0, tier: 'free', overrides: undefined }, NOON);
    expect(admit(state, ask({ tokens: 264_000, nanoUsd: dear }))).toBeUndefined();
  });

  it('no tier allows more at once than a ledger can hold', () => {
    for (const tier of Object.values(TIERS)) expect(tier.concurrency).toBeLessThanOrEqual(500);
  });
});
