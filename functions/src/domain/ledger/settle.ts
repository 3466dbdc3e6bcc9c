import {
  type Account,
  type Amount,
  correctSettled,
  release as releaseAmount,
  settleHold,
} from './account.ts';
import { leaseCorrecting, leaseSettling } from './lease.ts';
import { editKey, type Hold, type LedgerState } from './state.ts';

/** A hold that became a record: how much of it was taken, and when that counts (the record's timestamp). */
export interface Settlement {
  hold: Hold;
  settledAt: number;
  /** The report exceeds the hold; it is settled as reported, never clamped. */
  overrun: boolean;
}

/** Replaces a live hold by what the request took; undefined where there is no such hold (any more). */
export function settle(state: LedgerState, requestId: string, taken: Amount): Settlement | undefined {
  const hold = state.holds.get(requestId);
  if (hold === undefined) return undefined;
  state.holds.delete(requestId);
  for (const account of accountsOf(state, hold.keyId)) settleHold(account, hold, taken);
  if (state.lease) state.lease = leaseSettling(state.lease, taken.nanoUsd);
  const overrun = taken.tokens > hold.tokens || taken.nanoUsd > hold.nanoUsd;
  return { hold, settledAt: state.asOf, overrun };
}

/** Settles in full, the oldest first, up to `limit` holds whose deadline has passed. */
export function expire(state: LedgerState, limit: number, except: ReadonlySet<string>): Settlement[] {
  const settlements: Settlement[] = [];
  for (const hold of state.holds.values()) {
    if (settlements.length >= limit) break;
    if (hold.deadline > state.asOf || except.has(hold.requestId)) continue;
    const settlement = settle(state, hold.requestId, hold);
    if (settlement) settlements.push(settlement);
  }
  return settlements;
}

/**
 * Corrects what was settled in full once the truth is known after all: downward only, in its own periods.
 * Answers what the request is settled at from now on.
 */
export function settleLate(
  state: LedgerState,
  settled: { nanoUsd: number; settledAt: number; keyId?: string | undefined },
  takenNanoUsd: number,
): number {
  const nanoUsd = Math.min(settled.nanoUsd, takenNanoUsd);
  const excess = settled.nanoUsd - nanoUsd;
  for (const account of accountsOf(state, settled.keyId)) correctSettled(account, excess, settled.settledAt);
  if (state.lease) state.lease = leaseCorrecting(state.lease, excess, settled.settledAt);
  return nanoUsd;
}

/** Takes a hold back on behalf of which nothing was ever called. Answers whether there was one. */
export function cancel(state: LedgerState, requestId: string): boolean {
  const hold = state.holds.get(requestId);
  if (hold === undefined) return false;
  state.holds.delete(requestId);
  for (const account of accountsOf(state, hold.keyId)) releaseAmount(account, hold);
  return true;
}

/** The accounts of a draft that a request was held against, to be changed. */
function accountsOf(state: LedgerState, keyId: string | undefined): Account[] {
  const key = editKey(state, keyId);
  return key ? [state.account, key.account] : [state.account];
}
