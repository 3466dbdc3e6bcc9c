import { GatewayError } from '../../domain/errors.ts';
import { toGatewayError } from '../../store/bucket.ts';
import { contentPath, uploadPath } from '../../store/files.ts';
import type { MeterDeps, Payer } from '../metered.ts';
import type { FileDeps, FileRecord } from './contract.ts';
import { headersOf, releaseFile } from './fill-file.ts';
import { inspect, tooLarge } from './inspect.ts';
import { markReady } from './mark-ready.ts';
import { withStorageMetered } from './meter-storage.ts';
import { findFile, toRecord } from './record.ts';

/**
 * Checks what a client has put into Storage and makes it a file: size, type, checksums. The one generation that was
 * checked is copied to where no client can write. What is wrong is deleted. A file that is ready is answered again.
 *
 * @param crc32c what the client computed, if it did
 * @throws GatewayError `conflict` where nothing has arrived; `payload_too_large`, `unsupported_media_type`,
 *   `unprocessable` (another checksum): deleted then
 */
export async function completeUpload(
  deps: FileDeps & MeterDeps,
  payer: Payer,
  id: string,
  crc32c?: string,
): Promise<FileRecord> {
  const { userId } = payer;
  const recordNow = async () => toRecord(id, (await findFile(deps.store, userId, id)).data);
  /** What another completion has made of it meanwhile. */
  const orReady = async (error: GatewayError) => {
    const file = await recordNow();
    if (file.status === 'ready') return file;
    throw error;
  };
  const pending = await recordNow();
  if (pending.status === 'ready') return pending;
  const bucket = await deps.bucket();
  const arrived = await bucket.info(uploadPath(userId, id));
  if (!arrived) return orReady(new GatewayError('conflict', 'The content has not arrived yet.'));
  const { generation } = arrived;

  const check = async () => {
    if (arrived.bytes > pending.bytes) throw tooLarge(pending.bytes);
    if (crc32c !== undefined && crc32c !== arrived.crc32c)
      throw new GatewayError('unprocessable', 'The content has another CRC32C than was announced.');
    const source = bucket.read(uploadPath(userId, id), { generation });
    const inspected = await inspect(source, { maxBytes: pending.bytes, declared: pending.mediaType });
    for await (const _ of inspected.content);
    return { mediaType: inspected.mediaType, ...inspected.facts() };
  };
  const make = async () => {
    const facts = await check();
    const headers = headersOf(pending.name, facts.mediaType);
    const copy = await bucket.copy(uploadPath(userId, id), contentPath(userId, id), generation, headers);
    const file = await markReady(deps, pending, { ...facts, crc32c: copy.crc32c, metadata: {} });
    // What stays for want of a moment is the bucket's lifecycle's.
    await bucket.delete(uploadPath(userId, id)).catch(() => undefined);
    return file;
  };
  try {
    const { expiresAt } = pending;
    return await withStorageMetered(deps, payer, { maxBytes: arrived.bytes, expiresAt }, make);
  } catch (thrown) {
    const error = thrown instanceof Error && 'code' in thrown ? toGatewayError(thrown) : thrown;
    if (!(error instanceof GatewayError)) throw error;
    // Where it was deleted meanwhile, what was copied since must go as well; what was completed meanwhile stays.
    const isGone = error.code === 'not_found';
    if (isGone || isAboutContent(error)) await releaseFile(deps, pending, 'pending');
    if (isGone || error.code === 'conflict') return orReady(error);
    throw error;
  }
}

/** Whether the content itself is no good, whenever it is looked at. */
function isAboutContent(error: GatewayError): boolean {
  if ('limit' in Object(error.details)) return false;
  return ['payload_too_large', 'unsupported_media_type', 'unprocessable', 'invalid_request'].includes(
    error.code,
  );
}
