import type { Budget } from '../tiers.ts';
import { type BucketLimit, msUntilCovered, UNITS } from './bucket.ts';
import { type Holder, holdersOf } from './holder.ts';
import { periodEnd, periodSeconds } from './period.ts';
import type { LedgerState } from './state.ts';

/** What a limit counts. `nano-usd` is 1e-9 USD. */
export type LimitUnit = 'tokens' | 'requests' | 'concurrent-requests' | 'nano-usd';

/** One limit as it stands; the source of the RateLimit headers and of `GET /api/v1/limits`. */
export interface LimitState {
  /**
   * `tokens`, `requests-per-minute`, `concurrency`, `budget-day|week|month|total`; an API key's own with `key-` before
   * it; `project-budget-…` the project's, named only where it refuses.
   */
  name: string;
  unit: LimitUnit;
  limit: number;
  /** Never negative. */
  remaining: number;
  /**
   * Seconds until the limit is whole again (bucket) or its period ends. Requests under way end when they end:
   * concurrency says 1 while there are any. 0 where nothing ever resets it (`budget-total`).
   */
  resetSeconds: number;
  /** Window in seconds, where the limit has one. */
  windowSeconds?: number;
}

/** All limits that a request of this user, with this key, meets; the caller has advanced the state to now. */
export const limitStates = (state: LedgerState, keyId?: string): LimitState[] =>
  holdersOf(state, keyId).flatMap(holderStates);

export function holderStates(holder: Holder): LimitState[] {
  const { tokens, requests, concurrency, budgets } = holder.limits;
  return [
    ...(tokens ? [tokensState(holder, tokens)] : []),
    ...(requests ? [requestsState(holder, requests)] : []),
    ...(concurrency === undefined ? [] : [concurrencyState(holder, concurrency)]),
    ...budgets.map((budget) => budgetState(holder, budget)),
  ];
}

export function tokensState({ account, prefix }: Holder, bucket: BucketLimit): LimitState {
  return {
    name: `${prefix}tokens`,
    unit: 'tokens',
    limit: bucket.capacity,
    remaining: wholeTokens(account.tokenLevel),
    resetSeconds: seconds(msUntilCovered(account.tokenLevel, bucket.capacity, bucket)),
    windowSeconds: seconds(msUntilCovered(0, bucket.capacity, bucket)),
  };
}

export function requestsState({ account, prefix }: Holder, bucket: BucketLimit): LimitState {
  return {
    name: `${prefix}requests-per-minute`,
    unit: 'requests',
    limit: bucket.capacity,
    remaining: wholeTokens(account.requestLevel),
    resetSeconds: seconds(msUntilCovered(account.requestLevel, bucket.capacity, bucket)),
    windowSeconds: 60,
  };
}

export function concurrencyState({ account, prefix }: Holder, limit: number): LimitState {
  return {
    name: `${prefix}concurrency`,
    unit: 'concurrent-requests',
    limit,
    remaining: Math.max(0, limit - account.liveHolds),
    resetSeconds: account.liveHolds > 0 ? 1 : 0,
  };
}

export function budgetState({ account, asOf, prefix }: Holder, budget: Budget): LimitState {
  const end = periodEnd(budget.period, asOf);
  const windowSeconds = periodSeconds(budget.period, asOf);
  return {
    name: `${prefix}budget-${budget.period}`,
    unit: 'nano-usd',
    limit: budget.nanoUsd,
    remaining: Math.max(0, budget.nanoUsd - account.settled[budget.period].nanoUsd - account.heldNanoUsd),
    resetSeconds: end === undefined ? 0 : seconds(end - asOf),
    ...(windowSeconds === undefined ? {} : { windowSeconds }),
  };
}

const wholeTokens = (level: number): number => Math.max(0, Math.floor(level / UNITS));

/** Rounded up; what never comes is as far as a header can say. */
function seconds(ms: number): number {
  return Number.isFinite(ms) ? Math.ceil(ms / 1000) : 999_999_999;
}
