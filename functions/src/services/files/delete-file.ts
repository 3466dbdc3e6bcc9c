import type { FileStatus } from '../../domain/files/file.ts';
import { contentPath, fileRef, uploadPath } from '../../store/files.ts';
import type { StoreHandle } from '../../store/handle.ts';
import type { FileDeps } from './contract.ts';
import { changeQuota } from './quota.ts';
import { findFile } from './record.ts';

/** Deletes a file. @throws GatewayError `not_found` */
export async function deleteFile(deps: FileDeps, uid: string, id: string): Promise<void> {
  await findFile(deps.store, uid, id);
  await removeFile(deps, uid, id);
}

/**
 * Removes a file in three steps: its time is over, so that nobody opens it and whoever is filling it can't complete it
 * but removes what they wrote; its content; its record. What breaks off after the first is the sweep's. Content goes
 * before its record: a record without content is found again, content without a record is not.
 *
 * @param only a file of this status; another stays
 */
export async function removeFile(
  { store, bucket }: FileDeps,
  uid: string,
  id: string,
  only?: FileStatus,
): Promise<void> {
  if (!(await endFile(store, uid, id, only))) return;
  const opened = await bucket();
  await Promise.all([opened.delete(contentPath(uid, id)), opened.delete(uploadPath(uid, id))]);
  await removeRecord(store, uid, id);
}

/** @returns false where there is one that is to stay */
async function endFile(store: StoreHandle, uid: string, id: string, only?: FileStatus): Promise<boolean> {
  const ref = fileRef(store.firestore, id);
  for (;;) {
    const found = await store.get(ref);
    if (!found) return true;
    const { userId, status, expiresAt } = found.data;
    if (userId !== uid || (only !== undefined && status !== only)) return false;
    const now = store.timestamp();
    if (expiresAt !== null && expiresAt.toMillis() <= now.toMillis()) return true;
    const over = { expiresAt: now, sweepAt: now };
    if (await store.update(ref, over, { lastUpdateTime: found.updateTime })) return true;
  }
}

/** Takes a file's record and its bytes in the quota away, in one commit and once. */
async function removeRecord(store: StoreHandle, uid: string, id: string): Promise<void> {
  const ref = fileRef(store.firestore, id);
  for (;;) {
    const found = await store.get(ref);
    if (!found || found.data.userId !== uid) return;
    const { updateTime, data } = found;
    const isUnchanged = async () => (await store.get(ref))?.updateTime.isEqual(updateTime) === true;
    const removed = await changeQuota(
      store,
      uid,
      { bytes: -data.bytes, files: -1 },
      1,
      (batch) => batch.delete(ref, { lastUpdateTime: updateTime }),
      isUnchanged,
    );
    if (removed) return;
  }
}
