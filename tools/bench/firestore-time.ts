import type { LedgerAlone } from '../../functions/test/load/ledger-alone.ts';
import { drive, noSamples, type Samples } from './drive.ts';

/** What the ledger alone takes, without HTTP or a provider: the part of a request that is Firestore's. */
export interface FirestoreTime {
  /** Such as `1 user`. */
  users: string;
  concurrency: number;
  admitMs: number[];
  settleMs: number[];
  /** Both together. */
  samples: Samples;
  /** Documents read and written, and for how many requests. */
  reads: number;
  writes: number;
  requests: number;
}

export const noFirestoreTime = (users: string, concurrency: number): FirestoreTime => ({
  users,
  concurrency,
  admitMs: [],
  settleMs: [],
  samples: noSamples(),
  reads: 0,
  writes: 0,
  requests: 0,
});

/** Admits and settles for a slice of time, each worker as one of the users, and adds to `time`. */
export async function measureFirestore(
  ledger: LedgerAlone,
  uids: readonly string[],
  ms: number,
  time: FirestoreTime,
): Promise<void> {
  const { reads, writes } = ledger.operations;
  await drive({
    concurrency: time.concurrency,
    ms,
    into: time.samples,
    async send(worker) {
      const { admitMs, settleMs } = await ledger.request(uids[worker % uids.length] as string);
      time.requests += 1;
      time.admitMs.push(admitMs);
      time.settleMs.push(settleMs);
      return { firstMs: admitMs, totalMs: admitMs + settleMs };
    },
  });
  time.reads += ledger.operations.reads - reads;
  time.writes += ledger.operations.writes - writes;
}
