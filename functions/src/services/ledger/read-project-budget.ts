import type { Firestore } from '@google-cloud/firestore';
import { advancedPool, newPool } from '../../domain/ledger/lease.ts';
import type { LimitState } from '../../domain/ledger/limits.ts';
import { projectState } from '../../domain/ledger/project.ts';
import type { Budget } from '../../domain/tiers.ts';
import { ledgersWithLease, poolOf, poolRef } from '../../store/project-pool.ts';

/** The project's budget as its pool has it now; whole nano-USD. */
export interface ProjectBudgetView {
  /** `remaining` is what nobody has leased: a ledger may have more of its own lease, and its idle part can be reclaimed. */
  limit: LimitState;
  /** Spent in the current period, as far as ledgers have reported it. */
  reportedNanoUsd: number;
  /** Held, spent and not reported yet, or leased and not used. */
  leasedNanoUsd: number;
}

/** @param now in ms since the epoch. One read. */
export async function readProjectBudget(
  firestore: Firestore,
  budget: Budget,
  now: number,
): Promise<ProjectBudgetView> {
  const document = (await poolRef(firestore).get()).data();
  const isCounted = document?.period === budget.period;
  const pool = isCounted ? advancedPool(poolOf(document), now) : newPool('', budget, now);
  const reportedNanoUsd = pool.settled.nanoUsd;
  const { leasedNanoUsd } = pool;
  const remaining = budget.nanoUsd - reportedNanoUsd - leasedNanoUsd;
  return { limit: projectState(budget, remaining, now), reportedNanoUsd, leasedNanoUsd };
}

export interface PoolReconciliation {
  /** What the pool says is leased, and what the leases say. They are to be the same. */
  leasedNanoUsd: number;
  leasesNanoUsd: number;
  ledgers: number;
  /** Spent in the current period: what the pool was told, and what the ledgers have not told it yet. */
  reportedNanoUsd: number;
  unreportedNanoUsd: number;
}

/** Adds the leases up, reading every ledger that ever had one. Meant for a project that is at rest. */
export async function reconcilePool(firestore: Firestore, now: number): Promise<PoolReconciliation> {
  const document = (await poolRef(firestore).get()).data();
  const pool = document && advancedPool(poolOf(document), now);
  const sums = { leasesNanoUsd: 0, unreportedNanoUsd: 0, ledgers: 0 };
  for await (const lease of ledgersWithLease(firestore)) {
    if (lease.epoch !== pool?.epoch) continue;
    sums.ledgers += 1;
    sums.leasesNanoUsd += lease.nanoUsd;
    if (lease.settled.key === pool.settled.key) sums.unreportedNanoUsd += lease.settled.nanoUsd;
  }
  return {
    leasedNanoUsd: pool?.leasedNanoUsd ?? 0,
    reportedNanoUsd: pool?.settled.nanoUsd ?? 0,
    ...sums,
  };
}
