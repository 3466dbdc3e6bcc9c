import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LimitOverrides } from '../tiers.ts';
import { resolveLimits } from '../tiers.ts';
import { assertSound } from './account.ts';
import { admit } from './admit.ts';
import { UNITS } from './bucket.ts';
import { extend } from './extend.ts';
import { PERIODS, periodKey } from './period.ts';
import { cancel, expire, settle, settleLate } from './settle.ts';
import { advance, copyState, freshState, type LedgerState } from './state.ts';

/**
 * Random lives of one ledger. Beside the ledger runs a book of its own that knows nothing of holds and levels:
 * who was admitted when, what each is charged (its hold until it is known better), and the records.
 */

interface Charged {
  at: number;
  tokens: number;
}

interface Record {
  nanoUsd: number;
  settledAt: number;
  isExpired: boolean;
}

const START = Date.parse('2026-11-27T22:00:00Z');

const amounts = fc.record({
  tokens: fc.integer({ min: 0, max: 400 }),
  nanoUsd: fc.integer({ min: 0, max: 300 }),
});
const share = fc.oneof(fc.constantFrom(0, 5, 100), fc.integer({ min: 0, max: 100 }));
const pick = fc.nat(1_000);
const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('admit' as const),
      amounts,
      lifeMs: fc.integer({ min: 1, max: 90_000 }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('extend' as const), pick, amounts }) },
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('settle' as const), pick, tokens: share, nanoUsd: share }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('late' as const),
      pick,
      nanoUsd: fc.integer({ min: 0, max: 150 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('expire' as const), limit: fc.integer({ min: 1, max: 5 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cancel' as const), pick }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('wait' as const),
      ms: fc.oneof(fc.integer({ min: 0, max: 5_000 }), fc.integer({ min: 0, max: 30 * 3_600_000 })),
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Each limit is often out of the way, so that every other one gets to be the one that matters. */
const loose = fc.constant(10_000);
const overrides = fc.record({
  tokens: fc.record({
    capacity: fc.integer({ min: 50, max: 1_000 }),
    refillPerSecond: fc.integer({ min: 1, max: 50 }),
  }),
  requestsPerMinute: fc.oneof(fc.integer({ min: 1, max: 40 }), loose),
  concurrency: fc.oneof(fc.integer({ min: 1, max: 8 }), loose),
  budgets: fc.oneof(
    fc.constant([]),
    fc.uniqueArray(
      fc.record({ period: fc.constantFrom(...PERIODS), nanoUsd: fc.integer({ min: 0, max: 2_000 }) }),
      { maxLength: 3, selector: ({ period }) => period },
    ),
  ),
});

class Life {
  readonly state: LedgerState;
  /** By request: its admission and its extensions. */
  readonly charged = new Map<string, Charged[]>();
  readonly requests: number[] = [];
  readonly records = new Map<string, Record>();
  #admitted = 0;

  constructor(limits: LimitOverrides) {
    this.state = freshState({ isActive: true, validSince: 0, tier: 'free', overrides: limits }, START);
  }

  changeLimits(limits: LimitOverrides): void {
    this.state.limits = resolveLimits('free', limits);
  }

  do(step: Step): void {
    const { state } = this;
    const before = this.#spending();
    if (step.kind === 'wait') advance(state, state.asOf + step.ms);
    if (step.kind === 'admit') this.#admit(step);
    if (step.kind === 'extend') this.#extend(step);
    if (step.kind === 'settle') this.#settle(step);
    if (step.kind === 'late') this.#late(step);
    if (step.kind === 'expire') this.#expire(step.limit);
    if (step.kind === 'cancel') this.#cancel(step.pick);
    // I1, first half: nothing but an admission or an extension ever adds to what is settled and held.
    if (step.kind !== 'admit' && step.kind !== 'extend') {
      const after = this.#spending();
      for (const period of PERIODS) expect(after[period]).toBeLessThanOrEqual(before[period]);
    }
    this.checkSums();
  }

  /** What the process that made the requests never got to say: all of it is settled in full in the end. */
  end(): void {
    advance(this.state, this.state.asOf + 100_000);
    this.#expire(1_000);
    this.checkSums();
    expect(this.state.account).toMatchObject({ heldTokens: 0, heldNanoUsd: 0, liveHolds: 0 });
    // I3: one record for each that was admitted.
    expect(new Set(this.records.keys())).toEqual(new Set(this.charged.keys()));
  }

  checkSums(): void {
    const { account, holds } = this.state;
    assertSound(account);
    let tokens = 0;
    let nanoUsd = 0;
    for (const hold of holds.values()) {
      tokens += hold.tokens;
      nanoUsd += hold.nanoUsd;
      // I3: held or recorded, never both.
      expect(this.records.has(hold.requestId)).toBe(false);
    }
    expect(account).toMatchObject({ heldTokens: tokens, heldNanoUsd: nanoUsd, liveHolds: holds.size });
    // I3: in each period the ledger has settled exactly what the records of that period say.
    for (const period of PERIODS) {
      let sum = 0;
      for (const record of this.records.values()) {
        if (periodKey(period, record.settledAt) === account.settled[period].key) sum += record.nanoUsd;
      }
      expect(account.settled[period].nanoUsd).toBe(sum);
    }
  }

  /** I2, for all windows that end now; what is admitted later can only add windows that are checked then. */
  checkWindows(): void {
    const { limits, asOf } = this.state;
    const { capacity, refillPerSecond } = limits.tokens;
    const admitted = [...this.charged.values()].flat();
    for (const { at: from } of admitted) {
      const taken = admitted.filter(({ at }) => at >= from).reduce((sum, { tokens }) => sum + tokens, 0);
      expect(taken * 1_000).toBeLessThanOrEqual(capacity * 1_000 + refillPerSecond * (asOf - from));
      const requests = this.requests.filter((at) => at >= from).length;
      const rate = limits.requestsPerMinute;
      expect(requests * UNITS).toBeLessThanOrEqual(rate * UNITS + rate * (asOf - from));
    }
  }

  #spending() {
    const { settled, heldNanoUsd } = this.state.account;
    const sum = (period: (typeof PERIODS)[number]) => settled[period].nanoUsd + heldNanoUsd;
    return { day: sum('day'), week: sum('week'), month: sum('month'), total: sum('total') };
  }

  #admit({ amounts, lifeMs }: Extract<Step, { kind: 'admit' }>): void {
    const { state } = this;
    this.#admitted += 1;
    const requestId = `req_${this.#admitted}`;
    const deadline = state.asOf + lifeMs;
    const rest = { outputTokens: 0, provider: 'p', model: 'm', route: 'r', authTime: 0 };
    const before = copyState(state);
    const refusal = admit(state, { requestId, deadline, ...amounts, ...rest });
    if (refusal) {
      // I4: a refusal changes nothing.
      expect(state).toEqual(before);
      return;
    }
    this.charged.set(requestId, [{ at: state.asOf, tokens: amounts.tokens }]);
    this.requests.push(state.asOf);
    this.#checkBudgets();
    expect(state.holds.size).toBeLessThanOrEqual(state.limits.concurrency);
  }

  /** I1, second half: right after an admission or an extension each budget covers what is settled and held. */
  #checkBudgets(): void {
    const spending = this.#spending();
    for (const { period, nanoUsd } of this.state.limits.budgets) {
      expect(spending[period]).toBeLessThanOrEqual(nanoUsd);
    }
  }

  #extend({ pick, amounts }: Extract<Step, { kind: 'extend' }>): void {
    const { state } = this;
    const hold = this.#heldAt(pick);
    const requestId = hold?.requestId ?? 'gone';
    const tokens = (hold?.tokens ?? 0) + amounts.tokens;
    const nanoUsd = (hold?.nanoUsd ?? 0) + amounts.nanoUsd;
    const extension = { requestId, tokens, outputTokens: 0, nanoUsd, provider: 'p', model: 'n', authTime: 0 };
    const before = copyState(state);
    const refusal = extend(state, extension);
    if (refusal) {
      expect(refusal.reason === 'not_held').toBe(hold === undefined);
      expect(state).toEqual(before);
      return;
    }
    expect(state.holds.get(requestId)).toMatchObject({ tokens, nanoUsd, model: 'n' });
    this.charged.get(requestId)?.push({ at: state.asOf, tokens: amounts.tokens });
    this.#checkBudgets();
    // Asked again, as after a commit whose outcome is unknown, it takes nothing more.
    const once = copyState(state);
    expect(extend(state, extension)).toBeUndefined();
    expect(state).toEqual(once);
  }

  #settle({ pick, tokens, nanoUsd }: Extract<Step, { kind: 'settle' }>): void {
    const hold = this.#heldAt(pick);
    if (hold === undefined) return;
    const taken = {
      tokens: Math.floor((hold.tokens * tokens) / 100),
      nanoUsd: Math.floor((hold.nanoUsd * nanoUsd) / 100),
    };
    const settlement = settle(this.state, hold.requestId, taken);
    expect(settlement).toMatchObject({ overrun: false });
    this.#record(hold.requestId, { nanoUsd: taken.nanoUsd, settledAt: this.state.asOf, isExpired: false });
    let left = taken.tokens;
    for (const charged of this.charged.get(hold.requestId) ?? []) {
      charged.tokens = Math.min(charged.tokens, left);
      left -= charged.tokens;
    }
  }

  #late({ pick, nanoUsd }: Extract<Step, { kind: 'late' }>): void {
    const expired = [...this.records.values()].filter(({ isExpired }) => isExpired);
    const record = expired[pick % Math.max(1, expired.length)];
    if (record === undefined) return;
    const before = record.nanoUsd;
    record.nanoUsd = settleLate(this.state, record, Math.floor((before * nanoUsd) / 100));
    record.isExpired = false;
    expect(record.nanoUsd).toBeLessThanOrEqual(before);
  }

  #expire(limit: number): void {
    for (const { hold, settledAt } of expire(this.state, limit, new Set())) {
      expect(hold.deadline).toBeLessThanOrEqual(settledAt);
      this.#record(hold.requestId, { nanoUsd: hold.nanoUsd, settledAt, isExpired: true });
    }
  }

  #cancel(pick: number): void {
    const hold = this.#heldAt(pick);
    if (hold === undefined) return;
    expect(cancel(this.state, hold.requestId)).toBe(true);
    this.charged.delete(hold.requestId);
  }

  #record(requestId: string, record: Record): void {
    expect(this.records.has(requestId)).toBe(false);
    this.records.set(requestId, record);
  }

  #heldAt(pick: number) {
    const holds = [...this.state.holds.values()];
    return holds[pick % Math.max(1, holds.length)];
  }
}

describe('the ledger keeps its invariants through any life', { timeout: 60_000 }, () => {
  it('I1 to I4 with steady limits', () => {
    fc.assert(
      fc.property(
        overrides,
        fc.array(step, { minLength: 1, maxLength: 100, size: 'max' }),
        (limits, steps) => {
          const life = new Life(limits);
          for (const one of steps) {
            life.do(one);
            life.checkWindows();
          }
          life.end();
        },
      ),
      { numRuns: 500 },
    );
  });

  it('I1, I3 and I4 while the limits change', () => {
    const changing = fc.tuple(overrides, fc.array(step, { maxLength: 40, size: 'max' }));
    fc.assert(
      fc.property(fc.array(changing, { minLength: 1, maxLength: 4 }), (chapters) => {
        const life = new Life(chapters[0]?.[0] ?? {});
        for (const [limits, steps] of chapters) {
          life.changeLimits(limits);
          for (const one of steps) life.do(one);
        }
        life.end();
      }),
      { numRuns: 400 },
    );
  });
});
