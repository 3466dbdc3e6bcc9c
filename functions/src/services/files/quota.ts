import type { WriteBatch } from '@google-cloud/firestore';
import { GatewayError } from '../../domain/errors.ts';
import { STORAGE_QUOTAS, type StorageQuota } from '../../domain/files/limits.ts';
import { type FileQuotaDocument, fileQuotaRef } from '../../store/file-quotas.ts';
import type { StoreHandle } from '../../store/handle.ts';
import { userRef } from '../../store/users.ts';
import { pause } from '../pause.ts';

export interface StorageUse {
  used: FileQuotaDocument;
  quota: StorageQuota;
}

/** Tries at a document that others change too; with pauses, some ten seconds. */
const TRIES = 40;

/** What a user's files take, and what they may take. */
export async function storageUse(store: StoreHandle, uid: string): Promise<StorageUse> {
  const [found, user] = await Promise.all([
    store.get(fileQuotaRef(store.firestore, uid)),
    store.get(userRef(store.firestore, uid)),
  ]);
  if (!user) throw new GatewayError('unauthenticated', 'There is no such account.');
  return { used: found?.data ?? { bytes: 0, files: 0 }, quota: STORAGE_QUOTAS[user.data.tier] };
}

/**
 * Changes what a user's files take, in one commit with the change of the files themselves, so that the two never
 * differ.
 *
 * @param change added; negative gives room back
 * @param writes how many writes `fill` makes
 * @param fill adds to the commit; where a precondition of its own fails, `stillHolds` must say so
 * @param stillHolds asked after a conflict; false: give up
 * @returns false where it was given up
 * @throws GatewayError `conflict` where there isn't so much room; nothing is changed then
 */
export async function changeQuota(
  store: StoreHandle,
  uid: string,
  change: FileQuotaDocument,
  writes: number,
  fill: (batch: WriteBatch) => void,
  stillHolds: () => Promise<boolean> = async () => true,
): Promise<boolean> {
  const ref = fileQuotaRef(store.firestore, uid);
  const grows = change.bytes > 0 || change.files > 0;
  const quota = grows ? (await storageUse(store, uid)).quota : undefined;
  for (let tried = 0; tried < TRIES; tried += 1) {
    if (tried > 0) {
      if (!(await stillHolds())) return false;
      await pause(tried);
    }
    const found = await store.get(ref);
    const used = found?.data ?? { bytes: 0, files: 0 };
    const next = { bytes: used.bytes + change.bytes, files: used.files + change.files };
    if (quota) assertRoom(used, next, quota);
    const committed = await store.tryCommit(writes + 1, (batch) => {
      if (found) batch.update(ref, next, { lastUpdateTime: found.updateTime });
      else batch.create(ref, next);
      fill(batch);
    });
    if (committed) return true;
  }
  throw new GatewayError('unavailable', 'Too many files change at once. Try again shortly.', {
    retryAfterSeconds: 2,
  });
}

function assertRoom(used: FileQuotaDocument, next: FileQuotaDocument, quota: StorageQuota): void {
  const details = { reason: 'quota_exceeded', used, quota };
  if (next.bytes > quota.bytes)
    throw new GatewayError('conflict', 'There is no room for this file: delete others first.', { details });
  if (next.files > quota.files)
    throw new GatewayError('conflict', 'There are too many files: delete others first.', { details });
}
