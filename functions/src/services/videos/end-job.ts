import { Timestamp } from '@google-cloud/firestore';
import { QUEUE_GRACE_MS } from '../../domain/video/job.ts';
import type { VideoJobDocument } from '../../store/video-jobs.ts';

export interface End {
  state: 'succeeded' | 'failed' | 'cancelled';
  error?: VideoJobDocument['error'];
  outputs?: VideoJobDocument['outputs'];
  /** Of video, that are to be paid; absent: those that the job names, or none. */
  seconds?: number;
}

/** What the end of a job changes in it. What it took is told to the ledger next; `dueAt` is for the case that nobody does. */
export const ended = (
  job: Pick<VideoJobDocument, 'seconds' | 'outputs' | 'progress'>,
  { state, error = null, outputs = job.outputs, seconds = job.seconds ?? 0 }: End,
  now: number,
): Partial<VideoJobDocument> => ({
  state,
  error,
  outputs,
  seconds,
  progress: state === 'succeeded' ? 100 : job.progress,
  settled: false,
  leaseUntil: null,
  finishedAt: Timestamp.fromMillis(now),
  dueAt: Timestamp.fromMillis(now + QUEUE_GRACE_MS),
});
