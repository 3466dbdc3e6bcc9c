import { Timestamp } from '@google-cloud/firestore';
import { GatewayError } from '../../domain/errors.ts';
import { randomId } from '../../domain/ids.ts';
import { QUEUE_GRACE_MS } from '../../domain/video/job.ts';
import { VIDEO_LIMITS } from '../../domain/video/limits.ts';
import type { Logger } from '../../log.ts';
import type { StoreHandle } from '../../store/handle.ts';
import { activeVideoJobs, type VideoJobDocument, videoJobRef } from '../../store/video-jobs.ts';
import type { Payer } from '../metered.ts';
import type { VideoJob, VideoQueue } from './contract.ts';

/** How long a job is kept once it is over. */
const KEPT_MS = 30 * 86_400_000;

/** @throws GatewayError `rate_limited` where a user has as many jobs under way as there may be */
export async function assertRoomForJob(store: StoreHandle, uid: string): Promise<void> {
  const { active } = VIDEO_LIMITS;
  const found = await store.query(activeVideoJobs(store.firestore, uid).limit(active));
  if (found.length < active) return;
  throw new GatewayError('rate_limited', `${active} of your video jobs are under way; wait for one to end.`, {
    retryAfterSeconds: 10,
  });
}

export type NewJob = Pick<VideoJobDocument, 'work' | 'price' | 'heldNanoUsd' | 'outputFileId'>;

/** Writes down a job that is held in the ledger, and has it brought to a worker. */
export async function startJob(
  { videoQueue, log }: { videoQueue: VideoQueue; log: Logger },
  store: StoreHandle,
  { requestId, userId, credential }: Payer,
  job: NewJob,
): Promise<VideoJob> {
  const now = store.now();
  const id = randomId('vid');
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
    active: true,
    settled: false,
    seconds: null,
    createdAt: Timestamp.fromMillis(now),
    startedAt: null,
    finishedAt: null,
    deadline: Timestamp.fromMillis(now + VIDEO_LIMITS.lifetimeMs),
    dueAt: Timestamp.fromMillis(now + QUEUE_GRACE_MS),
    expiresAt: Timestamp.fromMillis(now + KEPT_MS),
  };
  await store.create(videoJobRef(store.firestore, id), document);
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
