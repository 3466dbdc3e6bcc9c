import type { FileStatus, MediaMetadata } from '../../domain/files/file.ts';
import { isInline, type MediaTypeName } from '../../domain/files/media-types.ts';
import { contentDisposition } from '../../domain/files/names.ts';
import type { ObjectHeaders } from '../../store/bucket.ts';
import { contentPath } from '../../store/files.ts';
import type { Content, FileDeps, FileRecord } from './contract.ts';
import { removeFile } from './delete-file.ts';
import { inspect } from './inspect.ts';
import { markReady } from './mark-ready.ts';

/** What Storage says of a file's content to whoever downloads it. */
export const headersOf = (name: string, mediaType: MediaTypeName): ObjectHeaders => ({
  contentType: mediaType.startsWith('text/') ? `${mediaType}; charset=utf-8` : mediaType,
  contentDisposition: contentDisposition(isInline(mediaType) ? 'inline' : 'attachment', name),
});

/**
 * Puts content into room that was reserved: its type told, its size held against the room, its checksums kept.
 * Streams. Where it fails nothing is left, the room neither.
 *
 * @param metadata what the caller knows of the medium, once the content has passed
 * @throws GatewayError `payload_too_large`, `unsupported_media_type`, `invalid_request`, `unavailable`
 */
export async function fillFile(
  deps: FileDeps,
  reserved: FileRecord,
  content: Content,
  metadata: MediaMetadata = {},
): Promise<FileRecord> {
  const { id, userId, name, bytes: maxBytes, mediaType: declared } = reserved;
  try {
    const inspected = await inspect(content, { maxBytes, declared });
    const bucket = await deps.bucket();
    const headers = headersOf(name, inspected.mediaType);
    const { crc32c } = await bucket.write(contentPath(userId, id), inspected.content, headers);
    const { mediaType } = inspected;
    return await markReady(deps, reserved, { mediaType, crc32c, ...inspected.facts(), metadata });
  } catch (error) {
    await releaseFile(deps, reserved);
    throw error;
  }
}

/**
 * Gives reserved room back, and what has been written to it. Never throws: what is left is swept.
 *
 * @param only a file of this status; another stays
 */
export async function releaseFile(
  deps: FileDeps,
  { id, userId }: Pick<FileRecord, 'id' | 'userId'>,
  only?: FileStatus,
): Promise<void> {
  await removeFile(deps, userId, id, only).catch(() => undefined);
}
