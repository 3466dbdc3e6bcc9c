import type { Budget } from '../tiers.ts';
import { type Account, requestLimit, tokenLimit } from './account.ts';
import { msUntilCovered, UNITS } from './bucket.ts';
import { periodEnd, periodSeconds } from './period.ts';
import { type LedgerState, MAX_HOLDS } from './state.ts';

/** What a limit counts. `nano-usd` is 1e-9 USD. */
export type LimitUnit = 'tokens' | 'requests' | 'concurrent-requests' | 'nano-usd';

/** One limit as it stands; the source of the RateLimit headers and of `GET /api/v1/limits`. */
export interface LimitState {
  /** `tokens`, `requests-per-minute`, `concurrency`, `budget-day|week|month|total`. */
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

/** All limits of a state, which the caller has advanced to now. */
export function limitStates(state: LedgerState): LimitState[] {
  return [
    tokensState(state),
    requestsState(state),
    concurrencyState(state),
    ...state.limits.budgets.map((budget) => budgetState(state.account, budget, state.asOf)),
  ];
}

export function tokensState({ account, limits }: LedgerState): LimitState {
  const bucket = tokenLimit(limits);
  const whole = msUntilCovered(account.tokenLevel, bucket.capacity, bucket);
  return {
    name: 'tokens',
    unit: 'tokens',
    limit: bucket.capacity,
    remaining: wholeTokens(account.tokenLevel),
    resetSeconds: seconds(whole),
    windowSeconds: seconds(msUntilCovered(0, bucket.capacity, bucket)),
  };
}

export function requestsState({ account, limits }: LedgerState): LimitState {
  const bucket = requestLimit(limits);
  return {
    name: 'requests-per-minute',
    unit: 'requests',
    limit: bucket.capacity,
    remaining: wholeTokens(account.requestLevel),
    resetSeconds: seconds(msUntilCovered(account.requestLevel, bucket.capacity, bucket)),
    windowSeconds: 60,
  };
}

export function concurrencyState({ account, limits }: LedgerState): LimitState {
  const limit = Math.min(limits.concurrency, MAX_HOLDS);
  return {
    name: 'concurrency',
    unit: 'concurrent-requests',
    limit,
    remaining: Math.max(0, limit - account.liveHolds),
    resetSeconds: account.liveHolds > 0 ? 1 : 0,
  };
}

export function budgetState(account: Account, budget: Budget, at: number): LimitState {
  const end = periodEnd(budget.period, at);
  const windowSeconds = periodSeconds(budget.period, at);
  return {
    name: `budget-${budget.period}`,
    unit: 'nano-usd',
    limit: budget.nanoUsd,
    remaining: Math.max(0, budget.nanoUsd - account.settled[budget.period].nanoUsd - account.heldNanoUsd),
    resetSeconds: end === undefined ? 0 : seconds(end - at),
    ...(windowSeconds === undefined ? {} : { windowSeconds }),
  };
}

const wholeTokens = (level: number): number => Math.max(0, Math.floor(level / UNITS));

/** Rounded up; what never comes is as far as a header can say. */
function seconds(ms: number): number {
  return Number.isFinite(ms) ? Math.ceil(ms / 1000) : 999_999_999;
}
