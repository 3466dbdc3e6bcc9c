import type { LimitOverrides, Tier } from '../tiers.ts';
import { type Limits, resolveLimits } from '../tiers.ts';
import { type Account, advanceAccount, copyAccount, freshAccount } from './account.ts';

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
}

/** One user's ledger at the moment `asOf`. Time in it never runs backwards. */
export interface LedgerState {
  asOf: number;
  access: Access;
  limits: Limits;
  account: Account;
  holds: Map<string, Hold>;
}

export const MAX_HOLDS = 500;

export function freshState(access: Access, at: number): LedgerState {
  const limits = resolveLimits(access.tier, access.overrides);
  return { asOf: at, access, limits, account: freshAccount(limits, at), holds: new Map() };
}

/** A draft to work on: what is done to it leaves the original as it is. Holds themselves never change. */
export function copyState(state: LedgerState): LedgerState {
  return { ...state, account: copyAccount(state.account), holds: new Map(state.holds) };
}

/** Brings a state to `at`, or leaves it where it is when a clock lags behind: refills and starts new periods. */
export function advance(state: LedgerState, at: number): void {
  if (at <= state.asOf) return;
  advanceAccount(state.account, state.limits, state.asOf, at);
  state.asOf = at;
}

/** The earliest deadline of a live hold, for the sweep; undefined without one. */
export function nextDeadline(state: LedgerState): number | undefined {
  let earliest: number | undefined;
  for (const hold of state.holds.values()) {
    if (earliest === undefined || hold.deadline < earliest) earliest = hold.deadline;
  }
  return earliest;
}
