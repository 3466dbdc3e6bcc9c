import { Timestamp } from '@google-cloud/firestore';
import { GatewayError } from '../../domain/errors.ts';
import type { FileStatus } from '../../domain/files/file.ts';
import { randomId } from '../../domain/ids.ts';
import { MONTH_MS } from '../../domain/media-prices.ts';
import { type FileDocument, fileRef, filesToSweep } from '../../store/files.ts';
import { type MeterDeps, metered } from '../metered.ts';
import type { FileDeps } from './contract.ts';
import { removeFile } from './delete-file.ts';
import { storageCost, storageWork } from './meter-storage.ts';

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

type SweepDeps = FileDeps & MeterDeps;
interface Due {
  id: string;
  data: FileDocument;
  updateTime: Timestamp;
}

/**
 * Deletes files whose time is over and uploads that nobody finished, and meters the next month of those that are
 * kept: all of a user's that are due, on one record. Safe to run at any time, on any number of instances.
 */
export async function sweepFiles(deps: SweepDeps): Promise<FileSweep> {
  const { store } = deps;
  const report: FileSweep = { abandoned: 0, expired: 0, renewed: 0, unpaid: 0, failed: 0 };
  const due = filesToSweep(store.firestore, store.timestamp()).limit(PAGE);
  let last: Due | undefined;
  do {
    const page: Due[] = await store.query(last ? due.startAfter(last.data.sweepAt, last.id) : due);
    const kept = new Map<string, Due[]>();
    for (const file of page) {
      const { status, userId, expiresAt } = file.data;
      if (expiresAt !== null && expiresAt.toMillis() <= store.now()) {
        await attempt(deps, report, [file], () => remove(deps, file, 'expired'));
      } else if (status === 'pending') {
        // One that was completed since it was read stays.
        await attempt(deps, report, [file], () => remove(deps, file, 'abandoned', 'pending'));
      } else kept.set(userId, [...(kept.get(userId) ?? []), file]);
    }
    for (const [userId, files] of kept) {
      await attempt(deps, report, files, () => renew(deps, userId, files));
    }
    last = page.length === PAGE ? page.at(-1) : undefined;
  } while (last);
  return report;
}

/** One that fails holds up no other; the next sweep meets it again. */
async function attempt(
  { log }: SweepDeps,
  report: FileSweep,
  files: readonly Due[],
  work: () => Promise<keyof FileSweep | undefined>,
): Promise<void> {
  try {
    const outcome = await work();
    if (outcome) report[outcome] += files.length;
  } catch (error) {
    report.failed += files.length;
    log.error('Files could not be swept', {
      fileIds: files.map(({ id }) => id),
      error: error instanceof Error ? error.message : 'unknown',
    });
  }
}

async function remove(
  deps: SweepDeps,
  { id, data }: Due,
  outcome: keyof FileSweep,
  only?: FileStatus,
): Promise<keyof FileSweep> {
  await removeFile(deps, data.userId, id, only);
  return outcome;
}

/**
 * Has a user's files paid for until they are due next: all of them at once, or none where one was changed or paid for
 * meanwhile; the next sweep sees what they are then.
 */
async function renew(
  deps: SweepDeps,
  userId: string,
  files: readonly Due[],
): Promise<keyof FileSweep | undefined> {
  const { store } = deps;
  const now = store.now();
  const dueNext = (after: number) =>
    store.tryCommit(files.length, (batch) => {
      for (const { id, data, updateTime } of files) {
        const next = Math.min(now + after, data.expiresAt?.toMillis() ?? Number.POSITIVE_INFINITY);
        const sweepAt = Timestamp.fromMillis(next);
        batch.update(fileRef(store.firestore, id), { sweepAt }, { lastUpdateTime: updateTime });
      }
    });
  const payer = {
    requestId: randomId('req'),
    userId,
    // Nobody's session pays for what is kept; whether the user may come in is judged all the same.
    credential: { authTime: Math.floor(now / 1000) },
    route: 'files/storage',
  };
  const sum = (of: (file: FileDocument) => number) => files.reduce((total, { data }) => total + of(data), 0);
  const costNanoUsd = sum(({ bytes, expiresAt }) => storageCost(bytes, expiresAt?.toMillis(), now));
  const taken = { costNanoUsd, units: { bytes: sum(({ bytes }) => bytes) } };
  const changed = new GatewayError('conflict', 'The files were changed or paid for meanwhile.');
  try {
    return await metered(
      deps,
      payer,
      storageWork(costNanoUsd),
      async () => {
        if (!(await dueNext(MONTH_MS))) throw changed;
        return { value: 'renewed', taken };
      },
      () => ({ taken: { costNanoUsd: 0 }, ended: { reason: 'upstream_error' } }),
    );
  } catch (error) {
    if (error === changed) return undefined;
    if (!(error instanceof GatewayError) || error.status >= 500) throw error;
    // Limits that refuse for now may let it in at the next sweep; budgets hardly before the next day.
    if (error.code !== 'rate_limited') await dueNext(DAY_MS);
    return 'unpaid';
  }
}
