import type { Firestore } from '@google-cloud/firestore';
import { overdueLedgers, SWEEP_SHARDS } from '../../store/ledger-document.ts';
import type { FirestoreLedger } from './create-ledger.ts';

/** Ledgers read by one query. */
const PAGE = 100;

export interface SweepOptions {
  firestore: Firestore;
  ledger: Pick<FirestoreLedger, 'expire'>;
  now: () => number;
  onOperations?: (reads: number, writes: number) => void;
}

export interface SweepReport {
  /** Users of whom something was overdue and is settled now. */
  swept: number;
  /** Users whose ledger could not be settled; the next sweep tries again. */
  failed: { userId: string; error: unknown }[];
}

/**
 * Settles in full what nobody touches any more: holds whose process died, of users who made no request since.
 * Safe to run at any time, on any number of instances at once. A minute apart, it bounds how long a crash keeps a
 * hold: its deadline and one sweep.
 */
export async function sweepLedgers(options: SweepOptions): Promise<SweepReport> {
  const reports = await Promise.all(
    Array.from({ length: SWEEP_SHARDS }, (_, shard) => sweepShard(shard, options)),
  );
  return {
    swept: reports.reduce((sum, { swept }) => sum + swept, 0),
    failed: reports.flatMap(({ failed }) => failed),
  };
}

async function sweepShard(shard: number, options: SweepOptions): Promise<SweepReport> {
  const { firestore, ledger, now, onOperations } = options;
  const report: SweepReport = { swept: 0, failed: [] };
  const seen = new Set<string>();
  for (;;) {
    const page = await overdueLedgers(firestore, shard, now()).limit(PAGE).get();
    onOperations?.(Math.max(1, page.size), 0);
    const fresh = page.docs.map(({ id }) => id).filter((id) => !seen.has(id));
    for (const userId of fresh) {
      seen.add(userId);
      try {
        await ledger.expire(userId);
        report.swept += 1;
      } catch (error) {
        report.failed.push({ userId, error });
      }
    }
    // A page of nothing new: what is left failed, or came up again meanwhile; both are for the next sweep.
    if (page.size < PAGE || fresh.length === 0) return report;
  }
}
