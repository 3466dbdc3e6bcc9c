import { Timestamp } from '@google-cloud/firestore';
import { GatewayError } from '../../domain/errors.ts';
import { MAX_FILE_BYTES, PENDING_MS } from '../../domain/files/limits.ts';
import { fileName } from '../../domain/files/names.ts';
import { randomId } from '../../domain/ids.ts';
import { type FileDocument, fileRef } from '../../store/files.ts';
import type { FileDeps, FileRecord, NewFile } from './contract.ts';
import { tooLarge } from './inspect.ts';
import { changeQuota } from './quota.ts';
import { toRecord } from './record.ts';

/**
 * Makes room for a file: its record, pending, and its bytes in the quota, in one commit. Whoever reserves fills or
 * releases; what neither happens to is swept.
 *
 * @throws GatewayError `invalid_request` (name, expiry), `payload_too_large`, `conflict` where the quota has no room
 */
export async function reserveFile(
  { store }: Pick<FileDeps, 'store'>,
  uid: string,
  { name, source, maxBytes, mediaType, expiresAt, pendingMs = PENDING_MS.direct }: NewFile,
): Promise<FileRecord> {
  if (maxBytes > MAX_FILE_BYTES) throw tooLarge(MAX_FILE_BYTES);
  const now = store.now();
  if (expiresAt !== undefined && expiresAt <= now)
    throw new GatewayError('invalid_request', 'expiresAt: lies in the past.');
  const id = randomId('file');
  const document: FileDocument = {
    userId: uid,
    name: fileName(name),
    mediaType: mediaType ?? null,
    bytes: maxBytes,
    status: 'pending',
    source,
    sha256: null,
    crc32c: null,
    width: null,
    height: null,
    durationSeconds: null,
    createdAt: Timestamp.fromMillis(now),
    expiresAt: expiresAt === undefined ? null : Timestamp.fromMillis(expiresAt),
    sweepAt: Timestamp.fromMillis(now + pendingMs),
  };
  const ref = fileRef(store.firestore, id);
  await changeQuota(store, uid, { bytes: maxBytes, files: 1 }, 1, (batch) => batch.create(ref, document));
  return toRecord(id, document);
}
