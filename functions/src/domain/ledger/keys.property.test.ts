import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assertSound } from './account.ts';
import { admit } from './admit.ts';
import type { KeyAccess } from './key-access.ts';
import { freshKey, keyStateOf } from './key-state.ts';
import { PERIODS, periodKey } from './period.ts';
import { cancel, expire, settle, settleLate } from './settle.ts';
import { advance, copyState, freshState, type LedgerState } from './state.ts';

/**
 * Random lives of a user with two API keys. Each of the three accounts must be what the holds and records that are
 * its own add up to, and each limit must hold, whatever the others do.
 */

const START = Date.parse('2026-11-27T22:00:00Z');
const KEYS = ['a', 'b'] as const;
/** Nobody's: without a key. */
const SOURCES = [undefined, ...KEYS] as const;

const amount = { tokens: fc.integer({ min: 0, max: 300 }), nanoUsd: fc.integer({ min: 0, max: 300 }) };
const pick = fc.nat(1_000);
const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('admit' as const),
      by: fc.constantFrom(...SOURCES),
      ...amount,
      lifeMs: fc.integer({ min: 1, max: 90_000 }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('settle' as const), pick, percent: fc.nat(130) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('late' as const), pick, percent: fc.nat(130) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cancel' as const), pick }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('expire' as const) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('wait' as const),
      ms: fc.oneof(fc.nat(5_000), fc.nat(30 * 3_600_000)),
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const optional = (min: number, max: number) => fc.option(fc.integer({ min, max }), { nil: undefined });
const restrictions = fc.record({
  tokensPerMinute: optional(50, 1_000),
  requestsPerMinute: optional(1, 20),
  concurrency: optional(1, 5),
  budget: fc.option(
    fc.record({ period: fc.constantFrom(...PERIODS), nanoUsd: fc.integer({ min: 0, max: 1_500 }) }),
    { nil: undefined },
  ),
});
type Restrictions = typeof restrictions extends fc.Arbitrary<infer T> ? T : never;

function accessWith({ budget, ...limits }: Restrictions): KeyAccess {
  const set = Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== undefined));
  return {
    userId: 'u',
    status: 'active',
    hashes: [{ hash: 'h' }],
    expiresAt: undefined,
    scopes: ['generate'],
    providers: undefined,
    models: undefined,
    limits: set,
    budget,
  };
}

interface Record {
  by: string | undefined;
  nanoUsd: number;
  settledAt: number;
  isExpired: boolean;
}

/** As `expect(a).toBe(b)`, which takes most of the time where it is asked millions of times. */
function same(actual: number, wanted: number): void {
  if (actual !== wanted) throw new Error(`${actual} instead of ${wanted}`);
}

class Life {
  readonly state: LedgerState;
  readonly records = new Map<string, Record>();
  #admitted = 0;

  constructor(a: Restrictions, b: Restrictions) {
    const overrides = { budgets: [{ period: 'total', nanoUsd: 3_000 }], concurrency: 12 } as const;
    this.state = freshState({ isActive: true, validSince: 0, tier: 'free', overrides }, START);
    this.state.keys.set('a', freshKey(accessWith(a), START));
    this.state.keys.set('b', freshKey(accessWith(b), START));
  }

  restrict(keyId: string, restrictions: Restrictions): void {
    const key = this.state.keys.get(keyId);
    if (key) this.state.keys.set(keyId, keyStateOf({ ...key, access: accessWith(restrictions) }));
  }

  do(step: Step): void {
    const { state } = this;
    if (step.kind === 'wait') advance(state, state.asOf + step.ms);
    if (step.kind === 'admit') this.#admit(step);
    if (step.kind === 'settle') this.#settle(step);
    if (step.kind === 'late') this.#late(step);
    if (step.kind === 'cancel') cancel(state, this.#heldAt(step.pick)?.requestId ?? '');
    if (step.kind === 'expire') this.#expire();
    this.check();
  }

  /** Every account is the sum of what is its own. */
  check(): void {
    const { state } = this;
    for (const by of SOURCES) {
      const account = by === undefined ? state.account : state.keys.get(by)?.account;
      if (!account) throw new Error('An account went missing');
      assertSound(account);
      const isOwn = (id: string | undefined) => by === undefined || id === by;
      const holds = [...state.holds.values()].filter(({ keyId }) => isOwn(keyId));
      const sum = (of: 'tokens' | 'nanoUsd') => holds.reduce((total, hold) => total + hold[of], 0);
      same(account.heldTokens, sum('tokens'));
      same(account.heldNanoUsd, sum('nanoUsd'));
      same(account.liveHolds, holds.length);
      for (const period of PERIODS) {
        let settled = 0;
        for (const record of this.records.values()) {
          const isNow = periodKey(period, record.settledAt) === account.settled[period].key;
          if (isOwn(record.by) && isNow) settled += record.nanoUsd;
        }
        same(account.settled[period].nanoUsd, settled);
      }
    }
  }

  #admit({ by, tokens, nanoUsd, lifeMs }: Extract<Step, { kind: 'admit' }>): void {
    const { state } = this;
    this.#admitted += 1;
    const requestId = `r${this.#admitted}`;
    const call = { outputTokens: 0, provider: 'p', model: 'm', route: 'r', deadline: state.asOf + lifeMs };
    const credential = by ? { apiKey: { id: by, hash: 'h', scope: 'generate' } } : { authTime: 0 };
    const before = copyState(state);
    const others = SOURCES.filter((source) => source !== undefined && source !== by);
    const refusal = admit(state, { requestId, tokens, nanoUsd, ...call, ...credential });
    for (const other of others) expect(state.keys.get(other ?? '')).toEqual(before.keys.get(other ?? ''));
    if (refusal) {
      // I4, over all accounts at once.
      expect(state).toEqual(before);
      return;
    }
    const key = by && state.keys.get(by);
    if (!key) return;
    // I1 and the key's other limits, right after an admission.
    const { limits, budget } = key.access;
    const { account } = key;
    if (budget) {
      const settled = account.settled[budget.period].nanoUsd;
      expect(settled + account.heldNanoUsd).toBeLessThanOrEqual(budget.nanoUsd);
    }
    if (limits.tokensPerMinute !== undefined) expect(account.tokenLevel).toBeGreaterThanOrEqual(0);
    if (limits.requestsPerMinute !== undefined) expect(account.requestLevel).toBeGreaterThanOrEqual(0);
    expect(account.liveHolds).toBeLessThanOrEqual(limits.concurrency ?? 12);
    expect(key.lastUsedAt).toBe(state.asOf);
  }

  #settle({ pick, percent }: Extract<Step, { kind: 'settle' }>): void {
    const hold = this.#heldAt(pick);
    if (!hold) return;
    const taken = {
      tokens: Math.floor((hold.tokens * percent) / 100),
      nanoUsd: Math.floor((hold.nanoUsd * percent) / 100),
    };
    settle(this.state, hold.requestId, taken);
    const record = { by: hold.keyId, nanoUsd: taken.nanoUsd, settledAt: this.state.asOf, isExpired: false };
    this.records.set(hold.requestId, record);
  }

  #late({ pick, percent }: Extract<Step, { kind: 'late' }>): void {
    const expired = [...this.records.values()].filter(({ isExpired }) => isExpired);
    const record = expired[pick % Math.max(1, expired.length)];
    if (!record) return;
    const taken = Math.floor((record.nanoUsd * percent) / 100);
    record.nanoUsd = settleLate(this.state, { ...record, keyId: record.by }, taken);
    record.isExpired = false;
  }

  #expire(): void {
    for (const { hold, settledAt } of expire(this.state, 3, new Set())) {
      const record = { by: hold.keyId, nanoUsd: hold.nanoUsd, settledAt, isExpired: true };
      this.records.set(hold.requestId, record);
    }
  }

  #heldAt(pick: number) {
    const holds = [...this.state.holds.values()];
    return holds[pick % Math.max(1, holds.length)];
  }
}

describe('the accounts of API keys keep the invariants of the ledger, whatever happens beside them', () => {
  it('through any life, while their limits change', () => {
    const chapter = fc.tuple(restrictions, fc.array(step, { maxLength: 40, size: 'max' }));
    fc.assert(
      fc.property(restrictions, fc.array(chapter, { minLength: 1, maxLength: 3 }), (other, chapters) => {
        const life = new Life(chapters[0]?.[0] ?? other, other);
        for (const [restricted, steps] of chapters) {
          life.restrict('a', restricted);
          for (const one of steps) life.do(one);
        }
      }),
      { numRuns: 250 },
    );
  }, 60_000);
});
