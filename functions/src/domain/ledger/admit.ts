import { allowsModel } from '../tiers.ts';
import { hold as holdAmount, requestLimit, tokenLimit } from './account.ts';
import { msUntilCovered } from './bucket.ts';
import { budgetState, concurrencyState, type LimitState, requestsState, tokensState } from './limits.ts';
import { type Hold, type LedgerState, MAX_HOLDS } from './state.ts';

/** A request that asks to be let in; `nanoUsd` is undefined where its model has no known price. */
export interface Candidate extends Omit<Hold, 'nanoUsd' | 'admittedAt'> {
  nanoUsd: number | undefined;
  /** Seconds since the epoch of the sign-in behind the credential. */
  authTime: number;
}

/** Why a request was not let in. */
export type Refusal =
  | { reason: 'disabled' | 'signed_out' | 'model_not_allowed' }
  /** A budget applies, and what has no price can't be held. */
  | { reason: 'unknown_price'; limit: LimitState }
  /** Larger than the limit itself: no waiting helps. */
  | { reason: 'never_fits'; limit: LimitState; asked: number }
  /** Blocked by what is already spent. */
  | { reason: 'budget_spent'; limit: LimitState }
  /** Blocked for now. */
  | { reason: 'limited'; limit: LimitState; retryAfterMs: number };

/** How long to wait where only the end of another request helps, and nobody knows when that is. */
const UNKNOWN_WAIT_MS = 1_000;

/**
 * Holds the request's bound on every limit at once, or says why not and leaves the state as it is (I4).
 * The state must have been advanced to now. A request that is already held is admitted already: it is the retry
 * of a commit whose outcome was unknown.
 */
export function admit(state: LedgerState, candidate: Candidate): Refusal | undefined {
  if (state.holds.has(candidate.requestId)) return undefined;
  const refusal = refuse(state, candidate);
  if (refusal) return refusal;
  const { authTime: _, nanoUsd, ...rest } = candidate;
  const hold: Hold = { ...rest, nanoUsd: nanoUsd ?? 0, admittedAt: state.asOf };
  holdAmount(state.account, hold);
  state.holds.set(hold.requestId, hold);
  return undefined;
}

function refuse(state: LedgerState, candidate: Candidate): Refusal | undefined {
  return refuseAccess(state, candidate) ?? refuseForever(state, candidate) ?? refuseForNow(state, candidate);
}

function refuseAccess({ access, limits }: LedgerState, candidate: Candidate): Refusal | undefined {
  if (!access.isActive) return { reason: 'disabled' };
  if (candidate.authTime < access.validSince) return { reason: 'signed_out' };
  if (!allowsModel(limits, candidate.provider, candidate.model)) return { reason: 'model_not_allowed' };
  return undefined;
}

function refuseForever(state: LedgerState, candidate: Candidate): Refusal | undefined {
  const { account, limits, asOf } = state;
  const { tokens, nanoUsd } = candidate;
  if (tokens > limits.tokens.capacity) {
    return { reason: 'never_fits', limit: tokensState(state), asked: tokens };
  }
  for (const budget of limits.budgets) {
    const limit = () => budgetState(account, budget, asOf);
    if (nanoUsd === undefined) return { reason: 'unknown_price', limit: limit() };
    if (nanoUsd > budget.nanoUsd) return { reason: 'never_fits', limit: limit(), asked: nanoUsd };
  }
  // What is spent comes after what never fits: a 402 says that the same request fits in another period.
  for (const budget of limits.budgets) {
    const spent = account.settled[budget.period].nanoUsd;
    if (spent + (nanoUsd ?? 0) > budget.nanoUsd) {
      return { reason: 'budget_spent', limit: budgetState(account, budget, asOf) };
    }
  }
  return undefined;
}

/** Of several limits that refuse, the one with the longest wait: coming back sooner would be of no use. */
function refuseForNow(state: LedgerState, candidate: Candidate): Refusal | undefined {
  const { account, limits, asOf } = state;
  const blocking: { retryAfterMs: number; limit: LimitState }[] = [];
  const block = (retryAfterMs: number, limit: LimitState) => blocking.push({ retryAfterMs, limit });

  const tokensWait = msUntilCovered(account.tokenLevel, candidate.tokens, tokenLimit(limits));
  if (tokensWait > 0) block(tokensWait, tokensState(state));
  const requestsWait = msUntilCovered(account.requestLevel, 1, requestLimit(limits));
  if (requestsWait > 0) block(requestsWait, requestsState(state));
  if (account.liveHolds >= Math.min(limits.concurrency, MAX_HOLDS)) {
    block(UNKNOWN_WAIT_MS, concurrencyState(state));
  }
  for (const budget of limits.budgets) {
    const taken = account.settled[budget.period].nanoUsd + account.heldNanoUsd;
    if (taken + (candidate.nanoUsd ?? 0) > budget.nanoUsd) {
      block(UNKNOWN_WAIT_MS, budgetState(account, budget, asOf));
    }
  }
  blocking.sort((a, b) => b.retryAfterMs - a.retryAfterMs);
  return blocking[0] && { reason: 'limited', ...blocking[0] };
}
