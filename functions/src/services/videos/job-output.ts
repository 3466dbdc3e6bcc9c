import { GatewayError } from '../../domain/errors.ts';
import type { MediaMetadata } from '../../domain/files/file.ts';
import type { MediaTypeName } from '../../domain/files/media-types.ts';
import type { Content, FileRecord } from '../files/contract.ts';
import { fillFile, releaseFile } from '../files/fill-file.ts';
import { findFile, toRecord } from '../files/record.ts';
import { reserveFile } from '../files/reserve-file.ts';
import type { VideoJob, WorkerDeps } from './contract.ts';
import type { JobLease } from './job-lease.ts';

/** A file that is being filled is given back after this long, should nobody come back for it. */
export const PENDING_MS = 2 * 60 * 60_000;

/** The output that an attempt before this one has left: whole, or begun, or none. */
export async function findOutput(deps: WorkerDeps, job: VideoJob): Promise<FileRecord | undefined> {
  if (job.outputFileId === null) return undefined;
  try {
    const { data } = await findFile(deps.store, job.userId, job.outputFileId);
    return toRecord(job.outputFileId, data);
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'not_found') return undefined;
    throw error;
  }
}

/**
 * Keeps what a job has made, as the one output that the job names: what was begun before is given back first.
 *
 * @param seconds of video, that are to be paid; noted before the file is there, for whoever finds it there
 */
export async function keepOutput(
  deps: WorkerDeps,
  lease: JobLease,
  file: {
    name: string;
    mediaType: MediaTypeName;
    source: 'generated' | 'derived';
    bytes: number;
    content: Content;
    metadata: MediaMetadata;
    seconds: number;
  },
): Promise<FileRecord> {
  const begun = await findOutput(deps, lease.job);
  // Room that was made beforehand. What another attempt has begun to fill, that attempt may still write to.
  if (begun && lease.job.attempt === 1) {
    await lease.write({ seconds: file.seconds });
    return fillFile(deps, begun, file.content, file.metadata);
  }
  if (begun) await releaseFile(deps, begun);
  const { name, mediaType, source, bytes: maxBytes, seconds } = file;
  const room = { name, mediaType, source, maxBytes, pendingMs: PENDING_MS };
  const reserved = await reserveFile(deps, lease.job.userId, room);
  try {
    await lease.write({ outputFileId: reserved.id, seconds });
  } catch (error) {
    await releaseFile(deps, reserved);
    throw error;
  }
  return fillFile(deps, reserved, file.content, file.metadata);
}

/** A file as a job names it. */
export const outputOf = ({ id, mediaType, bytes }: FileRecord) => {
  if (mediaType === undefined) throw new Error('A file without a type is not an output');
  return { fileId: id, mediaType, bytes };
};
