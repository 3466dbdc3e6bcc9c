import { GatewayError } from '../../domain/errors.ts';
import { type FileDocument, fileRef } from '../../store/files.ts';
import type { StoreHandle } from '../../store/handle.ts';
import type { FileRecord } from './contract.ts';

/** A file's document as a record. */
export function toRecord(id: string, data: FileDocument): FileRecord {
  const { userId, name, bytes, status, source, createdAt } = data;
  return {
    id,
    userId,
    name,
    mediaType: data.mediaType ?? undefined,
    bytes,
    status,
    source,
    sha256: data.sha256 ?? undefined,
    crc32c: data.crc32c ?? undefined,
    ...(data.width !== null && { width: data.width }),
    ...(data.height !== null && { height: data.height }),
    ...(data.durationSeconds !== null && { durationSeconds: data.durationSeconds }),
    createdAt: createdAt.toMillis(),
    expiresAt: data.expiresAt?.toMillis(),
  };
}

/** What the id of a document can be, so that a path that somebody made up is refused here. */
const FILE_ID = /^file_[0-9A-Za-z]{22}$/;

/**
 * A user's file, whatever its status.
 *
 * @throws GatewayError `not_found`, also for another user's file and for one whose time is over
 */
export async function findFile(store: StoreHandle, uid: string, id: string) {
  const found = FILE_ID.test(id) ? await store.get(fileRef(store.firestore, id)) : undefined;
  // TTL and sweep come later than the moment itself.
  const isOver = (found?.data.expiresAt?.toMillis() ?? Number.POSITIVE_INFINITY) <= store.now();
  if (!found || found.data.userId !== uid || isOver)
    throw new GatewayError('not_found', 'There is no such file.');
  return found;
}

/** The same, of a file whose content is there. @throws GatewayError `not_found`; `conflict` while it is pending. */
export async function findReadyFile(store: StoreHandle, uid: string, id: string): Promise<FileRecord> {
  const { data } = await findFile(store, uid, id);
  if (data.status !== 'ready')
    throw new GatewayError('conflict', 'The upload of this file has not been completed.');
  return toRecord(id, data);
}
