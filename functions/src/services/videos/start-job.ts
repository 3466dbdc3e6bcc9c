import { Timestamp } from '@google-cloud/firestore';
import { GatewayError } from '../../domain/errors.ts';
import { QUEUE_GRACE_MS } from '../../domain/video/job.ts';
import { VIDEO_LIMITS } from '../../domain/video/limits.ts';
import type { Logger } from '../../log.ts';
import type { StoreHandle } from '../../store/handle.ts';
import { type VideoJobDocument, videoJobRef } from '../../store/video-jobs.ts';
import type { Payer } from '../metered.ts';
import type { VideoJob, VideoQueue } from './contract.ts';

/** How long a job is kept once it is over. */
const KEPT_MS = 30 * 86_400_000;

export interface NewJob extends Pick<VideoJobDocument, 'work' | 'price' | 'heldNanoUsd' | 'outputFileId'> {
  /** From its slot (`inSlot`). */
  id: string;
}

/** The database did not answer: whether the job was written down is unknown. */
export class UnknownJob extends GatewayError {
  constructor(cause: unknown) {
    super('unavailable', 'The database does not answer. Look for the job before you try again.', { cause });
  }
}

/** Writes down a job that is held in the ledger, and has it brought to a worker. @throws UnknownJob */
export async function startJob(
  { videoQueue, log }: { videoQueue: VideoQueue; log: Logger },
  store: StoreHandle,
  { requestId, userId, credential }: Payer,
  { id, ...job }: NewJob,
): Promise<VideoJob> {
  const now = store.now();
  const document: VideoJobDocument = {
    userId,
    ...('apiKey' in credential && { apiKeyId: credential.apiKey.id }),
    requestId,
    ...job,
    state: 'queued',
    progress: 0,
    error: null,
    media: null,
    outputs: [],
    attempt: 0,
    leaseUntil: null,
    cancelRequested: false,
    settled: false,
    seconds: job.work.kind === 'generation' ? job.work.seconds : null,
    createdAt: Timestamp.fromMillis(now),
    startedAt: null,
    finishedAt: null,
    deadline: Timestamp.fromMillis(now + VIDEO_LIMITS.lifetimeMs),
    dueAt: Timestamp.fromMillis(now + QUEUE_GRACE_MS),
    expiresAt: Timestamp.fromMillis(now + KEPT_MS),
  };
  await store.create(videoJobRef(store.firestore, id), document).catch((error: unknown) => {
    throw new UnknownJob(error);
  });
  try {
    await videoQueue.enqueue(job.work.kind, id);
  } catch (error) {
    // The job stands, and the sweep queues it again.
    log.error('A video job could not be queued', {
      jobId: id,
      error: error instanceof Error ? error.message : 'unknown',
    });
  }
  return { id, ...document };
}
