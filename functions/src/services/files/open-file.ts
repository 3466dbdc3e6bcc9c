import type { Readable } from 'node:stream';
import { GatewayError } from '../../domain/errors.ts';
import { toGatewayError } from '../../store/bucket.ts';
import { contentPath } from '../../store/files.ts';
import type { FileDeps, FileRecord } from './contract.ts';
import { findReadyFile } from './record.ts';

export interface OpenedFile {
  record: FileRecord;
  /** A stream of the content, or of a part of it (both inclusive); to be read to its end or destroyed. */
  stream(range?: { start: number; end: number }): Readable;
  /** The whole content in memory. @throws GatewayError `payload_too_large` beyond `maxBytes` */
  read(maxBytes: number): Promise<Buffer>;
}

/** A user's file, to be read. @throws GatewayError `not_found`, also another user's; `conflict` while pending */
export async function openFile(deps: FileDeps, uid: string, id: string): Promise<OpenedFile> {
  const record = await findReadyFile(deps.store, uid, id);
  const bucket = await deps.bucket();
  const path = contentPath(uid, id);
  return {
    record,
    stream: (range) => bucket.read(path, range && { range }),
    async read(maxBytes) {
      if (record.bytes > maxBytes)
        throw new GatewayError(
          'payload_too_large',
          `The file ${id} has ${record.bytes} bytes; ${maxBytes} are the most here.`,
        );
      try {
        const chunks: Buffer[] = [];
        for await (const chunk of bucket.read(path)) chunks.push(chunk as Buffer);
        return Buffer.concat(chunks);
      } catch (error) {
        throw toGatewayError(error);
      }
    },
  };
}
