import { PENDING_MS } from '../../domain/files/limits.ts';
import { declaredType } from '../../domain/files/media-types.ts';
import { uploadPath } from '../../store/files.ts';
import type { FileDeps, FileRecord } from './contract.ts';
import { releaseFile } from './fill-file.ts';
import { reserveFile } from './reserve-file.ts';

export interface UploadOffer {
  file: FileRecord;
  /** Where the client PUTs the bytes, whole or in chunks. */
  url: string;
  /** Milliseconds since the epoch; by then the upload must have been completed. */
  expiresAt: number;
}

/**
 * Makes room for a file that goes straight to Storage, and the address that it goes to.
 *
 * @param origin of the page that will send it; Storage answers its CORS headers to no other
 */
export async function createUpload(
  deps: FileDeps,
  uid: string,
  file: { name: string; mediaType: string; bytes: number; expiresAt?: number | undefined },
  origin: string | undefined,
): Promise<UploadOffer> {
  const mediaType = declaredType(file.mediaType);
  const reserved = await reserveFile(deps, uid, {
    name: file.name,
    source: 'upload',
    maxBytes: file.bytes,
    mediaType,
    expiresAt: file.expiresAt,
    pendingMs: PENDING_MS.resumable,
  });
  try {
    const session = { bytes: file.bytes, contentType: mediaType ?? 'application/octet-stream', origin };
    const url = await (await deps.bucket()).createUpload(uploadPath(uid, reserved.id), session);
    return { file: reserved, url, expiresAt: deps.store.now() + PENDING_MS.resumable };
  } catch (error) {
    await releaseFile(deps, reserved);
    throw error;
  }
}
