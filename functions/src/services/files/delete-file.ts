import type { Bucket } from '../../store/bucket.ts';
import { contentPath, fileRef, uploadPath } from '../../store/files.ts';
import type { StoreHandle } from '../../store/handle.ts';
import type { FileDeps } from './contract.ts';
import { changeQuota } from './quota.ts';
import { findFile } from './record.ts';

/**
 * Deletes a file, content first: a record without content is found again, content without a record is not.
 *
 * @throws GatewayError `not_found`
 */
export async function deleteFile(deps: FileDeps, uid: string, id: string): Promise<void> {
  await findFile(deps.store, uid, id);
  await deleteObjects(await deps.bucket(), uid, id);
  await removeRecord(deps.store, uid, id);
}

export async function deleteObjects(bucket: Bucket, uid: string, id: string): Promise<void> {
  await Promise.all([bucket.delete(contentPath(uid, id)), bucket.delete(uploadPath(uid, id))]);
}

/** Takes a file's record and its bytes in the quota away, in one commit and once. */
export async function removeRecord(store: StoreHandle, uid: string, id: string): Promise<void> {
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
