import { Timestamp } from '@google-cloud/firestore';
import { GatewayError } from '../../domain/errors.ts';
import { randomId } from '../../domain/ids.ts';
import { MONTH_MS } from '../../domain/media-prices.ts';
import { type FileDocument, fileRef, filesToSweep } from '../../store/files.ts';
import type { MeterDeps } from '../metered.ts';
import type { FileDeps } from './contract.ts';
import { deleteObjects, removeRecord } from './delete-file.ts';
import { withStorageMetered } from './meter-storage.ts';
import { toRecord } from './record.ts';

const PAGE = 100;
const DAY_MS = 86_400_000;

export interface FileSweep {
  /** Uploads that nobody finished. */
  abandoned: number;
  expired: number;
  /** Paid for another month. */
  renewed: number;
  /** Whose owner's budget has no room; asked again a day later. The files stay. */
  unpaid: number;
  failed: number;
}

/**
 * Deletes files whose time is over and uploads that nobody finished, and meters the next month of those that are
 * kept. Safe to run at any time, on any number of instances.
 */
export async function sweepFiles(deps: FileDeps & MeterDeps): Promise<FileSweep> {
  const { store } = deps;
  const report: FileSweep = { abandoned: 0, expired: 0, renewed: 0, unpaid: 0, failed: 0 };
  const seen = new Set<string>();
  for (;;) {
    const page = await store.query(filesToSweep(store.firestore, store.timestamp()).limit(PAGE));
    const fresh = page.filter(({ id }) => !seen.has(id));
    for (const { id, data } of fresh) {
      seen.add(id);
      try {
        report[await sweepFile(deps, id, data)] += 1;
      } catch (error) {
        report.failed += 1;
        deps.log.error('A file could not be swept', {
          fileId: id,
          error: error instanceof Error ? error.message : 'unknown',
        });
      }
    }
    if (page.length < PAGE || fresh.length === 0) return report;
  }
}

async function sweepFile(
  deps: FileDeps & MeterDeps,
  id: string,
  data: FileDocument,
): Promise<Exclude<keyof FileSweep, 'failed'>> {
  const { store } = deps;
  const isOver = (data.expiresAt?.toMillis() ?? Number.POSITIVE_INFINITY) <= store.now();
  if (isOver || data.status === 'pending') {
    await deleteObjects(await deps.bucket(), data.userId, id);
    await removeRecord(store, data.userId, id);
    return isOver ? 'expired' : 'abandoned';
  }
  const record = toRecord(id, data);
  const { bytes, expiresAt, userId } = record;
  const payer = {
    requestId: randomId('req'),
    userId,
    // Nobody's session pays for what is kept; whether the user may come in is judged all the same.
    credential: { authTime: Math.floor(store.now() / 1000) },
    route: 'files/storage',
  };
  let next = Math.min(store.now() + MONTH_MS, expiresAt ?? Number.POSITIVE_INFINITY);
  let outcome: 'renewed' | 'unpaid' = 'renewed';
  try {
    await withStorageMetered(deps, payer, { maxBytes: bytes, expiresAt }, async () => record);
  } catch (error) {
    if (!(error instanceof GatewayError) || error.status >= 500) throw error;
    outcome = 'unpaid';
    next = Math.min(next, store.now() + DAY_MS);
  }
  await store.update(fileRef(store.firestore, id), { sweepAt: Timestamp.fromMillis(next) });
  return outcome;
}
