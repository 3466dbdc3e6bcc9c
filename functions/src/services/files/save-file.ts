import type { MediaMetadata } from '../../domain/files/file.ts';
import type { Content, FileDeps, FileRecord, NewFile } from './contract.ts';
import { fillFile } from './fill-file.ts';
import { reserveFile } from './reserve-file.ts';

/**
 * Keeps a file of a user: quota, type, checksums. Whoever must pay for the content first reserves room first
 * (`reserveFile`, then `fillFile`), so that nothing paid for is lost for want of room.
 *
 * @param maxBytes absent: the length of the bytes
 * @throws GatewayError as reserveFile and fillFile do; nothing is left then
 */
export async function saveFile(
  deps: FileDeps,
  uid: string,
  file: Omit<NewFile, 'maxBytes'> &
    MediaMetadata &
    ({ content: Uint8Array; maxBytes?: number } | { content: Content; maxBytes: number }),
): Promise<FileRecord> {
  const { content, width, height, durationSeconds, ...rest } = file;
  const maxBytes = file.maxBytes ?? (content as Uint8Array).length;
  const reserved = await reserveFile(deps, uid, { ...rest, maxBytes });
  const metadata = {
    ...(width !== undefined && { width }),
    ...(height !== undefined && { height }),
    ...(durationSeconds !== undefined && { durationSeconds }),
  };
  return fillFile(deps, reserved, content, metadata);
}
