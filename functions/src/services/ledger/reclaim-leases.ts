import type { DocumentSnapshot, Firestore } from '@google-cloud/firestore';
import { advancedLease, advancedPool, reclaimLease } from '../../domain/ledger/lease.ts';
import { parseLedger } from '../../store/ledger-document.ts';
import { idleLedgers, leaseFields } from '../../store/project-pool.ts';
import type { AtomicWrite } from './atomic-write.ts';
import { failureKind } from './ledger-store.ts';
import type { ProjectPool } from './project-pool.ts';

/** Ledgers read by one query, and those of one commit. */
const PAGE = 100;
const GROUP = 25;
/** A ledger that moves each time is in use: it is left alone until the next pass. */
const ATTEMPTS = 4;

export interface ReclaimOptions {
  firestore: Firestore;
  project: ProjectPool;
  /** The ledger's time. */
  now: () => number;
  onOperations: (reads: number, writes: number) => void;
}

/**
 * Takes back what ledgers have leased of the project's budget and don't use, the largest leases first, until
 * `needNanoUsd` is free or all have been asked.
 *
 * @param except the ledger that asks: it gives its own back when it takes a new one
 * @returns whether all were asked and what is free doesn't suffice even so
 */
export async function reclaimLeases(
  options: ReclaimOptions,
  needNanoUsd: number,
  except: string,
): Promise<boolean> {
  const { firestore, onOperations } = options;
  let query = idleLedgers(firestore).limit(PAGE);
  for (;;) {
    const { docs } = await query.get();
    onOperations(Math.max(1, docs.length), 0);
    const ledgers = docs.filter(({ id }) => id !== except);
    for (let i = 0; i < ledgers.length; i += GROUP) {
      const free = await reclaimGroup(options, ledgers.slice(i, i + GROUP));
      if (free >= needNanoUsd) return false;
    }
    const last = docs.at(-1);
    if (docs.length < PAGE || last === undefined) break;
    query = idleLedgers(firestore).startAfter(last).limit(PAGE);
  }
  return (await reclaimFrom(options, [])) < needNanoUsd;
}

/** Answers what is free after it. Where one of the group has moved, each is tried by itself. */
async function reclaimGroup(options: ReclaimOptions, ledgers: readonly DocumentSnapshot[]): Promise<number> {
  const { firestore, onOperations } = options;
  let free = await reclaimUnlessMoved(options, ledgers);
  if (free !== undefined) return free;
  for (const ledger of ledgers) {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const [current] = await firestore.getAll(ledger.ref);
      onOperations(1, 0);
      free = current?.exists ? await reclaimUnlessMoved(options, [current]) : free;
      if (free !== undefined || !current?.exists) break;
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 10 * 2 ** attempt));
    }
  }
  return free ?? 0;
}

async function reclaimUnlessMoved(
  options: ReclaimOptions,
  ledgers: readonly DocumentSnapshot[],
): Promise<number | undefined> {
  try {
    return await reclaimFrom(options, ledgers);
  } catch (error) {
    if (failureKind(error) === 'permanent') throw error;
    return undefined;
  }
}

/** In one commit with the pool; answers what is free after it. */
async function reclaimFrom(options: ReclaimOptions, ledgers: readonly DocumentSnapshot[]): Promise<number> {
  const { project, now } = options;
  let free = 0;
  await project.join(async (opened) => {
    const documents = ledgers.map((ledger) => ({ ledger, book: parseLedger(ledger.data()).book }));
    const asOf = Math.max(now(), ...documents.map(({ book }) => book?.lastRefill.toMillis() ?? 0));
    let pool = advancedPool(opened.pool, asOf);
    const writes: ((write: AtomicWrite) => void)[] = [];
    for (const { ledger, book } of documents) {
      if (!book?.lease || !ledger.updateTime) continue;
      const after = reclaimLease(advancedLease(book.lease, pool.asOf), book.heldNanoUsd, pool);
      pool = after.pool;
      const fields = leaseFields(after.lease, book.heldNanoUsd);
      writes.push((write) => write.put(ledger.ref, fields, ledger.updateTime));
    }
    free = project.budget.nanoUsd - pool.settled.nanoUsd - pool.leasedNanoUsd;
    if (writes.length === 0) return {};
    return {
      pool,
      write: (write) => {
        for (const put of writes) put(write);
        return () => undefined;
      },
    };
    // Ledgers in use move all the time.
  }, true);
  return free;
}
