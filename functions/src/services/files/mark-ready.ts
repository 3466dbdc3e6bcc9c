import { Timestamp } from '@google-cloud/firestore';
import { GatewayError } from '../../domain/errors.ts';
import type { MediaMetadata } from '../../domain/files/file.ts';
import type { MediaTypeName } from '../../domain/files/media-types.ts';
import { MONTH_MS } from '../../domain/media-prices.ts';
import { type FileDocument, fileRef } from '../../store/files.ts';
import type { FileDeps, FileRecord } from './contract.ts';
import { changeQuota } from './quota.ts';
import { findFile, toRecord } from './record.ts';

export interface ReadyFacts {
  mediaType: MediaTypeName;
  bytes: number;
  sha256: string;
  crc32c: string;
  metadata: MediaMetadata;
}

/** A pending file's content is in its place and checked: the record says so, the quota counts what it really takes. */
export async function markReady(
  { store }: Pick<FileDeps, 'store'>,
  { id, userId }: FileRecord,
  { metadata, ...facts }: ReadyFacts,
): Promise<FileRecord> {
  const ref = fileRef(store.firestore, id);
  let found = await findFile(store, userId, id);
  const isPending = async () => {
    found = await findFile(store, userId, id);
    return found.data.status === 'pending';
  };
  const paidUntil = store.now() + MONTH_MS;
  const ends = found.data.expiresAt?.toMillis() ?? Number.POSITIVE_INFINITY;
  const change: Partial<FileDocument> = {
    ...facts,
    status: 'ready',
    width: metadata.width ?? null,
    height: metadata.height ?? null,
    durationSeconds: metadata.durationSeconds ?? null,
    sweepAt: Timestamp.fromMillis(Math.min(paidUntil, ends)),
  };
  const gone = () => new GatewayError('conflict', 'The file was completed or deleted meanwhile.');
  if (found.data.status !== 'pending') throw gone();
  // The room shrinks to what is taken; it never grows here.
  const bytes = facts.bytes - found.data.bytes;
  const changed = await changeQuota(
    store,
    userId,
    { bytes, files: 0 },
    1,
    (batch) => batch.update(ref, change, { lastUpdateTime: found.updateTime }),
    isPending,
  );
  if (!changed) throw gone();
  return toRecord(id, { ...found.data, ...change });
}
