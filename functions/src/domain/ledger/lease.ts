import type { Budget } from '../tiers.ts';
import type { Settled } from './account.ts';
import { type Period, periodKey } from './period.ts';

/**
 * The project's budget as the database has it: one document that all ledgers take leases from, so that they need not
 * touch it on each request. `settled.nanoUsd` and `leasedNanoUsd` together never pass the limit, and what is held
 * and settled by a ledger beyond what it has reported never passes its lease: so the whole never passes the limit.
 */
export interface Pool {
  /** Random; a new one where counting starts anew, because the kind of period was changed. */
  epoch: string;
  period: Period;
  /** As it was configured where it was written last. */
  limitNanoUsd: number;
  asOf: number;
  /** What the ledgers have reported of the current period. */
  settled: Settled;
  /** The sum of all leases. */
  leasedNanoUsd: number;
}

/** What one ledger may hold and settle without asking the pool. It outlives its period: what was settled comes free. */
export interface Lease {
  epoch: string;
  /** From when on the ledger counts for this epoch, ms since the epoch. */
  since: number;
  period: Period;
  /** The limit it was granted under: under another one it must be renewed before more is drawn from it. */
  limitNanoUsd: number;
  /** What is held, what is settled and not reported yet, and what is left. */
  nanoUsd: number;
  /** Settled in the current period since the last report. Negative after a late correction of what was reported. */
  settled: Settled;
}

/** No lease is larger than this share of what is free: near the limit they get small. */
const SHARE_OF_FREE = 32;
/** Nor than this many requests of the size that asked for it. */
const REQUESTS = 32;

/**
 * What a lease has left; negative after an overrun. A correction leaves nothing until it is reported: drawn on, it
 * would be missing once the period ends, with what was corrected.
 */
export const leaseLeft = (lease: Lease, heldNanoUsd: number): number =>
  lease.nanoUsd - heldNanoUsd - Math.max(0, lease.settled.nanoUsd);

/** Zero where reclaiming the lease would neither free nor report anything; what the query for such ledgers sorts by. */
export const leaseIdle = (lease: Lease, heldNanoUsd: number): number =>
  Math.max(0, lease.nanoUsd - heldNanoUsd, Math.abs(lease.settled.nanoUsd));

export const isUnder = (lease: Lease, budget: Budget): boolean =>
  lease.period === budget.period && lease.limitNanoUsd === budget.nanoUsd;

export const newPool = (epoch: string, { period, nanoUsd }: Budget, asOf: number): Pool => ({
  epoch,
  period,
  limitNanoUsd: nanoUsd,
  asOf,
  settled: { key: periodKey(period, asOf), nanoUsd: 0 },
  leasedNanoUsd: 0,
});

/** Either, as of `at`, in the period of that moment. */
export function advancedPool(pool: Pool, at: number): Pool {
  const asOf = Math.max(pool.asOf, at);
  return { ...pool, asOf, settled: settledAt(pool, asOf) };
}

export const advancedLease = (lease: Lease, at: number): Lease => ({
  ...lease,
  settled: settledAt(lease, at),
});

function settledAt({ period, settled }: Pick<Pool, 'period' | 'settled'>, at: number): Settled {
  const key = periodKey(period, at);
  return settled.key === key ? settled : { key, nanoUsd: 0 };
}

/** The lease after something of the ledger was settled. */
export const leaseSettling = (lease: Lease, nanoUsd: number): Lease => ({
  ...lease,
  settled: { ...lease.settled, nanoUsd: lease.settled.nanoUsd + nanoUsd },
});

/** The lease after what was settled at `settledAt` turned out to be too much, if it counts what was settled then. */
export function leaseCorrecting(lease: Lease, excessNanoUsd: number, settledAt: number): Lease {
  const counts = settledAt >= lease.since && periodKey(lease.period, settledAt) === lease.settled.key;
  return counts ? leaseSettling(lease, -excessNanoUsd) : lease;
}

/** What a ledger and the pool agree on; or why not: what the pool has free for it, and what is known to be spent. */
export type Agreement =
  | { lease: Lease; pool: Pool }
  | { lease: undefined; freeNanoUsd: number; spentNanoUsd: number };

/**
 * Gives a lease back, reports what was settled under it, and takes a new one that covers what is held and `nanoUsd`
 * more. Both must be as of the same moment.
 */
export function renewLease(
  before: Lease | undefined,
  heldNanoUsd: number,
  pool: Pool,
  budget: Budget,
  nanoUsd: number,
): Agreement {
  // A lease of another epoch is of a budget that is not counted any more.
  const own = before?.epoch === pool.epoch ? before : undefined;
  const spentNanoUsd = pool.settled.nanoUsd + (own?.settled.nanoUsd ?? 0);
  const leasedToOthers = pool.leasedNanoUsd - (own?.nanoUsd ?? 0);
  const freeNanoUsd = budget.nanoUsd - spentNanoUsd - leasedToOthers - heldNanoUsd;
  if (nanoUsd > freeNanoUsd) return { lease: undefined, freeNanoUsd, spentNanoUsd };
  const more = Math.min(Math.floor((freeNanoUsd - nanoUsd) / SHARE_OF_FREE), nanoUsd * REQUESTS);
  const leased = heldNanoUsd + nanoUsd + more;
  const { epoch } = pool;
  const since = own?.since ?? pool.asOf;
  const { period, nanoUsd: limitNanoUsd } = budget;
  const { key } = pool.settled;
  return {
    lease: { epoch, since, period, limitNanoUsd, nanoUsd: leased, settled: { key, nanoUsd: 0 } },
    pool: {
      ...pool,
      limitNanoUsd,
      settled: { key, nanoUsd: spentNanoUsd },
      leasedNanoUsd: leasedToOthers + leased,
    },
  };
}

/** Takes back what a ledger doesn't hold, and has it report what it settled. Both must be as of the same moment. */
export function reclaimLease(before: Lease, heldNanoUsd: number, pool: Pool): { lease: Lease; pool: Pool } {
  const { epoch, period, settled } = pool;
  const isOwn = before.epoch === epoch;
  const idle = isOwn ? Math.max(0, before.nanoUsd - heldNanoUsd) : 0;
  const reported = isOwn ? before.settled.nanoUsd : 0;
  return {
    lease: {
      epoch,
      since: isOwn ? before.since : pool.asOf,
      period,
      limitNanoUsd: before.limitNanoUsd,
      nanoUsd: isOwn ? before.nanoUsd - idle : 0,
      settled: { key: settled.key, nanoUsd: 0 },
    },
    pool: {
      ...pool,
      settled: { ...settled, nanoUsd: settled.nanoUsd + reported },
      leasedNanoUsd: pool.leasedNanoUsd - idle,
    },
  };
}
