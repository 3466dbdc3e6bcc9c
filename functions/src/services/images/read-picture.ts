import { GatewayError } from '../../domain/errors.ts';
import { MEDIA_TYPES } from '../../domain/files/media-types.ts';
import { IMAGE_LIMITS } from '../../domain/images/limits.ts';
import type { FileDeps, FileRecord } from '../files/contract.ts';
import { type OpenedFile, openFile } from '../files/open-file.ts';

/**
 * A user's stored picture, not read yet.
 *
 * @throws GatewayError `not_found`, `conflict` while it is pending; `unsupported_media_type` for what is no picture,
 *   `payload_too_large` for more than is held in memory
 */
export async function openPicture(deps: FileDeps, uid: string, id: string): Promise<OpenedFile> {
  const opened = await openFile(deps, uid, id);
  assertPicture(opened.record);
  return opened;
}

function assertPicture({ id, mediaType, bytes }: FileRecord): void {
  if (!mediaType || MEDIA_TYPES[mediaType].kind !== 'image') {
    throw new GatewayError('unsupported_media_type', `The file ${id} is no picture but ${mediaType}.`);
  }
  if (bytes > IMAGE_LIMITS.bytes) {
    throw new GatewayError(
      'payload_too_large',
      `The file ${id} has ${bytes} bytes; pictures of ${IMAGE_LIMITS.bytes} at most are worked on.`,
    );
  }
}
