import type { Budget, LimitOverrides, Tier } from '../tiers.ts';
import { type Limits, resolveLimits } from '../tiers.ts';
import { type Account, type AccountLimits, advanceAccount, copyAccount, freshAccount } from './account.ts';
import { advancedKey, copyKey, type KeyState } from './key-state.ts';
import { advancedLease, advancedPool, type Lease, type Pool } from './lease.ts';

/** What must hold from the next admission on; kept in the ledger's document so that it can't be missed (I6). */
export interface Access {
  isActive: boolean;
  /** Seconds since the epoch: who signed in before it has been signed out since. */
  validSince: number;
  tier: Tier;
  overrides: LimitOverrides | undefined;
}

/** The upper bound of one request under way. Amounts as in Account; times in ms since the epoch. */
export interface Hold {
  requestId: string;
  /** LLM tokens, input and output together. */
  tokens: number;
  /** How many of `tokens` are output; for the record of an abandoned request. */
  outputTokens: number;
  nanoUsd: number;
  admittedAt: number;
  /** Past the request's own deadline: from then on anyone may settle it in full. */
  deadline: number;
  provider: string;
  model: string;
  route: string;
  /** The API key that the request came with: held against its account too. */
  keyId?: string;
}

/** One user's ledger at the moment `asOf`. Time in it never runs backwards. */
export interface LedgerState {
  asOf: number;
  access: Access;
  limits: Limits;
  account: Account;
  holds: Map<string, Hold>;
  /** The accounts of those API keys of this very user that what is done to this state involves. */
  keys: Map<string, KeyState>;
  /** What the ledger may take of the project's budget; absent while it never had to. */
  lease: Lease | undefined;
  /** The project's budget, where one is configured. */
  project: Project | undefined;
}

export interface Project {
  budget: Budget;
  /** Known only where a lease has to be taken. */
  pool: Pool | undefined;
}

export const MAX_HOLDS = 500;

export function userLimits(limits: Limits): AccountLimits {
  const { tokens, requestsPerMinute, concurrency, budgets } = limits;
  return {
    tokens: { capacity: tokens.capacity, refillPerMinute: tokens.refillPerSecond * 60 },
    requests: { capacity: requestsPerMinute, refillPerMinute: requestsPerMinute },
    concurrency: Math.min(concurrency, MAX_HOLDS),
    budgets,
  };
}

export function freshState(access: Access, at: number): LedgerState {
  const limits = resolveLimits(access.tier, access.overrides);
  const account = freshAccount(userLimits(limits), at);
  const none = { holds: new Map(), keys: new Map(), lease: undefined, project: undefined };
  return { asOf: at, access, limits, account, ...none };
}

/** A draft to work on: what is done to it leaves the original as it is. Holds, keys, lease and pool are only ever replaced. */
export function copyState(state: LedgerState): LedgerState {
  const { account, holds, keys } = state;
  return { ...state, account: copyAccount(account), holds: new Map(holds), keys: new Map(keys) };
}

/** A key's account in a draft, to be changed; undefined without a key, or where the key is not known (any more). */
export function editKey(state: LedgerState, keyId: string | undefined): KeyState | undefined {
  const key = keyId === undefined ? undefined : state.keys.get(keyId);
  if (keyId === undefined || key === undefined) return undefined;
  const copy = copyKey(key);
  state.keys.set(keyId, copy);
  return copy;
}

/** Brings a state to `at`, or leaves it where it is when a clock lags behind: refills and starts new periods. */
export function advance(state: LedgerState, at: number): void {
  if (at > state.asOf) {
    advanceAccount(state.account, userLimits(state.limits), state.asOf, at);
    state.asOf = at;
  }
  for (const [keyId, key] of state.keys) state.keys.set(keyId, advancedKey(key, state.asOf));
  if (state.lease) state.lease = advancedLease(state.lease, state.asOf);
  const { project } = state;
  if (project?.pool) state.project = { ...project, pool: advancedPool(project.pool, state.asOf) };
}

/** The earliest deadline of a live hold, for the sweep; undefined without one. */
export function nextDeadline(state: LedgerState): number | undefined {
  let earliest: number | undefined;
  for (const hold of state.holds.values()) {
    if (earliest === undefined || hold.deadline < earliest) earliest = hold.deadline;
  }
  return earliest;
}
