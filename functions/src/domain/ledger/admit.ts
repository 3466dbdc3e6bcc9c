import { allowsModel } from '../tiers.ts';
import { type Amount, hold as holdAmount } from './account.ts';
import { msUntilCovered } from './bucket.ts';
import { type Holder, holdersOf } from './holder.ts';
import { type KeyRefusal, type KeyUse, refuseKey } from './key-access.ts';
import { budgetState, concurrencyState, type LimitState, requestsState, tokensState } from './limits.ts';
import { drawFromProject, refuseByProject } from './project.ts';
import { editKey, type Hold, type LedgerState } from './state.ts';

/** A request that asks to be let in; `nanoUsd` is undefined where its model has no known price. */
export interface Candidate extends Omit<Hold, 'nanoUsd' | 'admittedAt' | 'keyId'> {
  nanoUsd: number | undefined;
  /** Seconds since the epoch of the sign-in behind the credential; without an API key it must be there. */
  authTime?: number;
  apiKey?: KeyUse;
}

/** What is to be held of a request in all; `nanoUsd` as in Candidate. */
export interface Demand {
  tokens: number;
  nanoUsd: number | undefined;
  /** What of it is held already; absent: nothing, and it counts as a request. */
  held?: Amount;
}

/** Why a request was not let in. */
export type Refusal =
  | { reason: 'disabled' | 'signed_out' | 'model_not_allowed' }
  | KeyRefusal
  /** A budget applies, and what has no price can't be held. */
  | { reason: 'unknown_price'; limit: LimitState }
  /** Larger than the limit itself: no waiting helps. */
  | { reason: 'never_fits'; limit: LimitState; asked: number }
  /** Blocked by what is already spent. */
  | { reason: 'budget_spent'; limit: LimitState }
  /** Blocked for now. */
  | { reason: 'limited'; limit: LimitState; retryAfterMs: number };

/** Nobody is told: the project's pool must be known before the request can be judged. */
export interface PoolNeeded {
  reason: 'pool_needed';
}

/** How long to wait where only the end of another request helps, and nobody knows when that is. */
const UNKNOWN_WAIT_MS = 1_000;

/** Whether it is the key's own account or facts that refuse, rather than the user's. */
export const isAboutKey = (refusal: Refusal): boolean =>
  'limit' in refusal ? refusal.limit.name.startsWith('key-') : refusal.reason.startsWith('key_');

/** Whether the project's budget refuses for now: by its pool, rather than by its size. */
export const isBlockedByProject = (refusal: Refusal): boolean =>
  (refusal.reason === 'limited' || refusal.reason === 'budget_spent') &&
  refusal.limit.name.startsWith('project-');

/**
 * Holds the request's bound on every limit at once, or says why not and leaves the state as it is (I4).
 * The state must have been advanced to now, and hold the account of the request's key. A request that is already held
 * is admitted already: it is the retry of a commit whose outcome was unknown.
 */
export function admit(state: LedgerState, candidate: Candidate): Refusal | PoolNeeded | undefined {
  if (state.holds.has(candidate.requestId)) return undefined;
  const keyId = candidate.apiKey?.id;
  const refusal =
    refuseAccess(state, candidate) ??
    refuseAmount(state, holdersOf(state, keyId), candidate) ??
    // The last of all, since it takes from the project what must not be taken for a request that is refused.
    drawFromProject(state, candidate);
  if (refusal) return refusal;
  const { authTime: _, apiKey: __, nanoUsd, ...rest } = candidate;
  const hold: Hold = {
    ...rest,
    nanoUsd: nanoUsd ?? 0,
    admittedAt: state.asOf,
    ...(keyId !== undefined && { keyId }),
  };
  holdAmount(state.account, hold);
  const key = editKey(state, keyId);
  if (key) {
    holdAmount(key.account, hold);
    key.lastUsedAt = state.asOf;
  }
  state.holds.set(hold.requestId, hold);
  return undefined;
}

/** Who may not come in, whatever is left. Disabling a user ends their keys too; signing out everywhere does not. */
export function refuseAccess(
  { access, limits, keys, asOf }: LedgerState,
  candidate: Pick<Candidate, 'apiKey' | 'authTime' | 'provider' | 'model'>,
): Refusal | undefined {
  const { apiKey, authTime = -1, provider, model } = candidate;
  if (!access.isActive) return { reason: 'disabled' };
  if (apiKey) {
    const refusal = refuseKey(keys.get(apiKey.id)?.access, { apiKey, provider, model }, asOf);
    if (refusal) return refusal;
  } else if (authTime < access.validSince) {
    return { reason: 'signed_out' };
  }
  return allowsModel(limits, provider, model) ? undefined : { reason: 'model_not_allowed' };
}

/** What the limits don't let be held, all of a request's holders together. */
export function refuseAmount(
  state: LedgerState,
  holders: readonly Holder[],
  demand: Demand,
): Refusal | undefined {
  const first = <T>(check: (holder: Holder) => T | undefined): T | undefined => {
    for (const holder of holders) {
      const found = check(holder);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  // What is spent comes after what never fits: a 402 says that the same request fits in another period.
  return (
    first((holder) => refuseForever(holder, demand)) ??
    refuseByProject(state, demand) ??
    first((holder) => refuseSpent(holder, demand)) ??
    refuseForNow(holders, demand)
  );
}

function refuseForever(holder: Holder, { tokens, nanoUsd }: Demand): Refusal | undefined {
  const bucket = holder.limits.tokens;
  if (bucket && tokens > bucket.capacity) {
    return { reason: 'never_fits', limit: tokensState(holder, bucket), asked: tokens };
  }
  for (const budget of holder.limits.budgets) {
    const limit = () => budgetState(holder, budget);
    if (nanoUsd === undefined) return { reason: 'unknown_price', limit: limit() };
    if (nanoUsd > budget.nanoUsd) return { reason: 'never_fits', limit: limit(), asked: nanoUsd };
  }
  return undefined;
}

function refuseSpent(holder: Holder, { nanoUsd = 0 }: Demand): Refusal | undefined {
  const { account, limits } = holder;
  const budget = limits.budgets.find(
    ({ period, nanoUsd: most }) => account.settled[period].nanoUsd + nanoUsd > most,
  );
  return budget && { reason: 'budget_spent', limit: budgetState(holder, budget) };
}

/** Of several limits that refuse, the one with the longest wait: coming back sooner would be of no use. */
function refuseForNow(holders: readonly Holder[], demand: Demand): Refusal | undefined {
  const blocking = holders.flatMap((holder) => blockersOf(holder, demand));
  blocking.sort((a, b) => b.retryAfterMs - a.retryAfterMs);
  return blocking[0] && { reason: 'limited', ...blocking[0] };
}

function blockersOf(holder: Holder, demand: Demand) {
  const tokens = demand.tokens - (demand.held?.tokens ?? 0);
  const nanoUsd = (demand.nanoUsd ?? 0) - (demand.held?.nanoUsd ?? 0);
  const { account, limits } = holder;
  const blocking: { retryAfterMs: number; limit: LimitState }[] = [];
  const block = (retryAfterMs: number, limit: LimitState) => blocking.push({ retryAfterMs, limit });
  if (limits.tokens) {
    const wait = msUntilCovered(account.tokenLevel, tokens, limits.tokens);
    if (wait > 0) block(wait, tokensState(holder, limits.tokens));
  }
  if (limits.requests && !demand.held) {
    const wait = msUntilCovered(account.requestLevel, 1, limits.requests);
    if (wait > 0) block(wait, requestsState(holder, limits.requests));
  }
  if (limits.concurrency !== undefined && !demand.held && account.liveHolds >= limits.concurrency) {
    block(UNKNOWN_WAIT_MS, concurrencyState(holder, limits.concurrency));
  }
  for (const budget of limits.budgets) {
    const taken = account.settled[budget.period].nanoUsd + account.heldNanoUsd;
    if (taken + nanoUsd > budget.nanoUsd) block(UNKNOWN_WAIT_MS, budgetState(holder, budget));
  }
  return blocking;
}
