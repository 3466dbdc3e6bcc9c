import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Budget } from '../tiers.ts';
import { admit, type PoolNeeded, type Refusal } from './admit.ts';
import { extend } from './extend.ts';
import { leaseIdle, leaseLeft, newPool, type Pool, reclaimLease } from './lease.ts';
import { PERIODS, type Period, periodKey } from './period.ts';
import { cancel, expire, settle, settleLate } from './settle.ts';
import { advance, copyState, freshState, type LedgerState } from './state.ts';

/**
 * Random lives of a project with three ledgers that share one budget through leases. Beside them runs a book that
 * knows nothing of leases: what is held, and what each record says.
 */

const START = Date.parse('2026-11-29T22:00:00Z');
const LEDGERS = 3;

const pick = fc.nat(1_000);
const who = fc.nat(LEDGERS - 1);
const step = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.record({
      kind: fc.constant('admit' as const),
      who,
      nanoUsd: fc.oneof(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 1_100 })),
      lifeMs: fc.integer({ min: 1, max: 90_000 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('extend' as const), who, pick, nanoUsd: fc.nat(200) }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('settle' as const), who, pick, percent: fc.nat(100) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('late' as const), who, pick, percent: fc.nat(120) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cancel' as const), who, pick }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('expire' as const), who }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reclaim' as const), who }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('wait' as const),
      ms: fc.oneof(fc.nat(5_000), fc.nat(3 * 86_400_000)),
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

interface Record {
  who: number;
  nanoUsd: number;
  settledAt: number;
  isExpired: boolean;
}

/** As `expect(a).toBe(b)`, which takes most of the time where it is asked millions of times. */
function same(actual: number, wanted: number, what: string): void {
  if (actual !== wanted) throw new Error(`${what}: ${actual} instead of ${wanted}`);
}

class Life {
  readonly ledgers: LedgerState[];
  readonly records = new Map<string, Record>();
  pool: Pool;
  budget: Budget;
  asOf = START;
  #requests = 0;

  constructor(period: Period, limit: number) {
    this.budget = { period, nanoUsd: limit };
    this.pool = newPool('e', this.budget, START);
    const access = { isActive: true, validSince: 0, tier: 'team', overrides: { budgets: [] } } as const;
    this.ledgers = Array.from({ length: LEDGERS }, () => freshState(access, START));
  }

  do(step: Step): void {
    if (step.kind === 'wait') {
      this.asOf += step.ms;
    } else {
      const state = this.#open(step.who);
      if (step.kind === 'admit') this.#admit(step);
      if (step.kind === 'extend') this.#extend(step);
      if (step.kind === 'settle') this.#settle(state, step);
      if (step.kind === 'late') this.#late(state, step);
      if (step.kind === 'cancel') cancel(state, heldAt(state, step.pick)?.requestId ?? '');
      if (step.kind === 'expire') this.#expire(state, step.who);
      if (step.kind === 'reclaim') this.#reclaim(step.who);
    }
    this.#check();
  }

  /** What is spent in the current period and what is held, all told. */
  spent(): number {
    let spent = 0;
    const { period } = this.budget;
    const key = periodKey(period, this.asOf);
    for (const { settledAt, nanoUsd } of this.records.values()) {
      if (periodKey(period, settledAt) === key) spent += nanoUsd;
    }
    return spent;
  }

  held(): number {
    return this.ledgers.reduce((sum, { account }) => sum + account.heldNanoUsd, 0);
  }

  /** As a commit that needs the pool does: ledger and pool at the same moment. */
  #open(who: number): LedgerState {
    const state = this.ledgers[who];
    if (!state) throw new Error('No such ledger');
    state.project = { budget: this.budget, pool: undefined };
    advance(state, this.asOf);
    return state;
  }

  #admit({ who, nanoUsd, lifeMs }: Extract<Step, { kind: 'admit' }>): void {
    this.#requests += 1;
    const requestId = `r${this.#requests}`;
    const rest = { tokens: 0, outputTokens: 0, provider: 'p', model: 'm', route: 'r', authTime: 0 };
    const deadline = this.asOf + lifeMs;
    this.#ask(who, nanoUsd, (state) => admit(state, { requestId, nanoUsd, deadline, ...rest }));
  }

  #extend({ who, pick, nanoUsd: more }: Extract<Step, { kind: 'extend' }>): void {
    const hold = heldAt(this.#open(who), pick);
    if (!hold) return;
    const { requestId, tokens, outputTokens } = hold;
    const rest = { requestId, tokens, outputTokens, provider: 'p', model: 'm', authTime: 0 };
    const nanoUsd = hold.nanoUsd + more;
    this.#ask(who, more, (state) => {
      const refusal = extend(state, { nanoUsd, ...rest });
      if (refusal?.reason === 'not_held') throw new Error('It was held');
      return refusal;
    });
  }

  /** @param nanoUsd how much more it would hold */
  #ask(who: number, nanoUsd: number, ask: (state: LedgerState) => Refusal | PoolNeeded | undefined): void {
    let refusal = this.#try(who, ask);
    if (refusal?.reason === 'limited' || refusal?.reason === 'budget_spent') {
      // Also what is spent is known only once all have reported their corrections.
      for (let other = 0; other < LEDGERS; other++) this.#reclaim(other);
      refusal = this.#try(who, ask);
    }
    const taken = this.spent() + this.held();
    const { nanoUsd: limit } = this.budget;
    if (refusal === undefined) {
      // I1 over the whole project.
      if (nanoUsd > 0 && taken > limit) throw new Error(`${taken} of ${limit}`);
      return;
    }
    // Nothing is refused while what is free, wherever it is, covers the request.
    if (taken + nanoUsd <= limit) throw new Error(`Refused ${nanoUsd} with ${taken} of ${limit} taken`);
    if (refusal.reason === 'budget_spent' && this.spent() + nanoUsd <= limit) {
      throw new Error(`${nanoUsd} refused as spent with ${this.spent()} of ${limit} spent`);
    }
    if (refusal.reason === 'limited' && this.spent() + nanoUsd > limit) throw new Error('Spent, not in use');
  }

  #try(who: number, ask: (state: LedgerState) => Refusal | PoolNeeded | undefined) {
    const state = this.#open(who);
    const before = copyState(state);
    const first = ask(state);
    if (first?.reason !== 'pool_needed') return first;
    expect(state).toEqual(before);
    state.project = { budget: this.budget, pool: this.pool };
    advance(state, this.asOf);
    const withPool = copyState(state);
    const refusal = ask(state);
    if (refusal) expect(state).toEqual(withPool);
    this.pool = state.project?.pool ?? this.pool;
    return refusal;
  }

  #settle(state: LedgerState, { who, pick, percent }: Extract<Step, { kind: 'settle' }>): void {
    const hold = heldAt(state, pick);
    if (!hold) return;
    const nanoUsd = Math.floor((hold.nanoUsd * percent) / 100);
    settle(state, hold.requestId, { tokens: 0, nanoUsd });
    this.records.set(hold.requestId, { who, nanoUsd, settledAt: state.asOf, isExpired: false });
  }

  #late(state: LedgerState, { who, pick, percent }: Extract<Step, { kind: 'late' }>): void {
    const expired = [...this.records.values()].filter((record) => record.isExpired && record.who === who);
    const record = expired[pick % Math.max(1, expired.length)];
    if (!record) return;
    record.nanoUsd = settleLate(state, record, Math.floor((record.nanoUsd * percent) / 100));
    record.isExpired = false;
  }

  #expire(state: LedgerState, who: number): void {
    for (const { hold, settledAt } of expire(state, 3, new Set())) {
      this.records.set(hold.requestId, { who, nanoUsd: hold.nanoUsd, settledAt, isExpired: true });
    }
  }

  #reclaim(who: number): void {
    const state = this.#open(who);
    if (!state.lease) return;
    state.project = { budget: this.budget, pool: this.pool };
    advance(state, this.asOf);
    const { heldNanoUsd } = state.account;
    if (leaseIdle(state.lease, heldNanoUsd) === 0) return;
    const { lease, pool } = reclaimLease(state.lease, heldNanoUsd, state.project.pool ?? this.pool);
    same(leaseIdle(lease, heldNanoUsd), 0, 'idle after reclaiming');
    state.lease = lease;
    this.pool = pool;
  }

  #check(): void {
    let leased = 0;
    let unreported = 0;
    for (const { lease, account } of this.ledgers) {
      if (!lease) continue;
      leased += lease.nanoUsd;
      if (leaseLeft(lease, account.heldNanoUsd) < 0) throw new Error('Beyond a lease');
      const isNow = lease.settled.key === periodKey(lease.period, this.asOf);
      unreported += isNow ? lease.settled.nanoUsd : 0;
    }
    same(this.pool.leasedNanoUsd, leased, 'leased');
    const isNow = this.pool.settled.key === periodKey(this.pool.period, this.asOf);
    same((isNow ? this.pool.settled.nanoUsd : 0) + unreported, this.spent(), 'settled');
  }
}

function heldAt(state: LedgerState, pick: number) {
  const holds = [...state.holds.values()];
  return holds[pick % Math.max(1, holds.length)];
}

describe('leases of one budget', () => {
  it('never spend more than it, and refuse nothing that fits, through any life and any change of the limit', () => {
    const chapter = fc.tuple(
      fc.integer({ min: 0, max: 1_000 }),
      fc.array(step, { minLength: 1, maxLength: 60, size: 'max' }),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...PERIODS),
        fc.array(chapter, { minLength: 1, maxLength: 3 }),
        (period, chapters) => {
          const life = new Life(period, chapters[0]?.[0] ?? 0);
          for (const [limit, steps] of chapters) {
            life.budget = { period, nanoUsd: limit };
            for (const one of steps) life.do(one);
          }
        },
      ),
      { numRuns: 600 },
    );
  }, 60_000);
});
