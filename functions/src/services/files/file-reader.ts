import { GatewayError } from '../../domain/errors.ts';
import type { Principal } from '../../domain/principal.ts';
import { assertKeyAccess } from '../api-keys/assert-key-access.ts';
import type { FileDeps, FileRecord } from './contract.ts';
import { openFile } from './open-file.ts';

/** What the files of one request may have together: with base64 they still fit a request to a model. */
const MOST_BYTES = 18 * 1024 * 1024;

export interface LoadedFile {
  record: FileRecord;
  bytes: Buffer;
}

/** @param at the field that names the file, for the error */
export type LoadFile = (id: string, at: string) => Promise<LoadedFile>;

/**
 * Reads files that a request to a model refers to; each once.
 *
 * @throws GatewayError from what it answers: `invalid_request` where there is no such file, `payload_too_large` where
 *   they are too large together, `forbidden` where the API key may not read files
 */
export function fileReader(deps: FileDeps, principal: Principal): LoadFile {
  const files = new Map<string, Promise<LoadedFile>>();
  let left = MOST_BYTES;
  let allowed: Promise<unknown> | undefined;
  const load: LoadFile = async (id, at) => {
    if (principal.kind === 'apiKey') {
      // Its scope for this route says nothing of files.
      allowed ??= assertKeyAccess(deps.store, { ...principal, scope: 'files:read' });
      await allowed;
    }
    const file = await openFile(deps, principal.uid, id).catch((error: unknown) => {
      const isMissing = error instanceof GatewayError && error.code === 'not_found';
      throw isMissing ? new GatewayError('invalid_request', `${at}: there is no file ${id}.`) : error;
    });
    left -= file.record.bytes;
    if (left < 0)
      throw new GatewayError(
        'payload_too_large',
        `${at}: the files have more than ${MOST_BYTES} bytes together.`,
      );
    return { record: file.record, bytes: await file.read(MOST_BYTES) };
  };
  return (id, at) => {
    const known = files.get(id) ?? load(id, at);
    files.set(id, known);
    return known;
  };
}
