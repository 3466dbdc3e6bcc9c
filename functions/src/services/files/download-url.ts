import { isInline, type MediaTypeName } from '../../domain/files/media-types.ts';
import { contentDisposition } from '../../domain/files/names.ts';
import { type Disposition, signUrl } from '../../domain/files/signed-url.ts';
import { contentPath } from '../../store/files.ts';
import type { FileDeps, FileRecord } from './contract.ts';
import { headersOf } from './fill-file.ts';
import { findReadyFile } from './record.ts';

export interface DownloadUrl {
  url: string;
  /** Milliseconds since the epoch. */
  expiresAt: number;
}

export interface UrlDeps extends FileDeps {
  config: { clientTokenSecrets: readonly [string, ...string[]]; functionsBaseUrl: string };
}

/**
 * A URL that gives out a file for a while to whoever has it: Storage's own where it can be signed, else one of ours
 * with the same effect.
 */
export async function downloadUrl(
  deps: UrlDeps,
  uid: string,
  id: string,
  { ttlSeconds, disposition }: { ttlSeconds: number; disposition: Disposition },
): Promise<DownloadUrl> {
  const file = await findReadyFile(deps.store, uid, id);
  const expires = expiryOf(file, deps.store.now(), ttlSeconds);
  const grant = { fileId: id, disposition, expires };
  const url =
    (await storageUrl(deps, file, grant)) ??
    `${deps.config.functionsBaseUrl}/api/api/v1/files/${id}/content?${signUrl(deps.config.clientTokenSecrets[0], grant)}`;
  return { url, expiresAt: expires * 1000 };
}

/** Seconds since the epoch: Storage knows nothing of the end of a file, and must not give it out beyond. */
export const expiryOf = (
  { expiresAt }: Pick<FileRecord, 'expiresAt'>,
  now: number,
  ttlSeconds: number,
): number => Math.floor(Math.min(now + ttlSeconds * 1000, expiresAt ?? Number.POSITIVE_INFINITY) / 1000);

/** Storage's own URL; undefined where it can't be signed. */
export async function storageUrl(
  deps: FileDeps,
  { id, userId, name, mediaType }: FileRecord,
  { disposition, expires }: { disposition: Disposition; expires: number },
): Promise<string | undefined> {
  const type = mediaType as MediaTypeName;
  const bucket = await deps.bucket();
  return bucket.signedUrl(contentPath(userId, id), expires * 1000, {
    contentType: headersOf(name, type).contentType,
    contentDisposition: dispositionOf(name, type, disposition),
  });
}

/** What may not be shown is an attachment, whatever was asked for. */
export const dispositionOf = (name: string, type: MediaTypeName, wanted: Disposition): string =>
  contentDisposition(isInline(type) ? wanted : 'attachment', name);
