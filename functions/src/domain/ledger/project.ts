import type { Budget } from '../tiers.ts';
import type { Candidate, PoolNeeded, Refusal } from './admit.ts';
import { isUnder, leaseLeft, renewLease } from './lease.ts';
import type { LimitState } from './limits.ts';
import { periodEnd, periodSeconds } from './period.ts';
import type { LedgerState } from './state.ts';

/** Where only others' requests ending helps. */
const WAIT_MS = 1_000;

/** What no project budget of this size ever lets in. */
export function refuseByProject(
  { project, asOf }: LedgerState,
  { nanoUsd }: Pick<Candidate, 'nanoUsd'>,
): Refusal | undefined {
  if (!project) return undefined;
  const { budget } = project;
  const limit = () => projectState(budget, budget.nanoUsd, asOf);
  if (nanoUsd === undefined) return { reason: 'unknown_price', limit: limit() };
  return nanoUsd > budget.nanoUsd ? { reason: 'never_fits', limit: limit(), asked: nanoUsd } : undefined;
}

/**
 * Makes sure that the ledger's lease covers the request beside all that it holds already, taking a new one where it
 * doesn't. To be followed by the hold; changes nothing where it refuses.
 */
export function drawFromProject(
  state: LedgerState,
  { nanoUsd = 0 }: Pick<Candidate, 'nanoUsd'>,
): Refusal | PoolNeeded | undefined {
  const { project, lease, asOf } = state;
  if (!project || nanoUsd === 0) return undefined;
  const { budget, pool } = project;
  const { heldNanoUsd } = state.account;
  if (lease && isUnder(lease, budget) && leaseLeft(lease, heldNanoUsd) >= nanoUsd) return undefined;
  if (!pool) return { reason: 'pool_needed' };
  const agreed = renewLease(lease, heldNanoUsd, pool, budget, nanoUsd);
  if (agreed.lease) {
    state.lease = agreed.lease;
    state.project = { budget, pool: agreed.pool };
    return undefined;
  }
  const limit = projectState(budget, agreed.freeNanoUsd, asOf);
  return agreed.spentNanoUsd + nanoUsd > budget.nanoUsd
    ? { reason: 'budget_spent', limit }
    : { reason: 'limited', limit, retryAfterMs: WAIT_MS };
}

/** @param remaining what is neither spent nor leased to a ledger, in nano-USD */
export function projectState(budget: Budget, remaining: number, asOf: number): LimitState {
  const end = periodEnd(budget.period, asOf);
  const windowSeconds = periodSeconds(budget.period, asOf);
  return {
    name: `project-budget-${budget.period}`,
    unit: 'nano-usd',
    limit: budget.nanoUsd,
    remaining: Math.max(0, remaining),
    resetSeconds: end === undefined ? 0 : Math.ceil((end - asOf) / 1000),
    ...(windowSeconds === undefined ? {} : { windowSeconds }),
  };
}
