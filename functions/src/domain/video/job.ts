import { VIDEO_LIMITS } from './limits.ts';

export const VIDEO_JOB_STATES = ['queued', 'running', 'succeeded', 'failed', 'cancelled'] as const;
export type VideoJobState = (typeof VIDEO_JOB_STATES)[number];

/** A worker that has not been heard of for so long is dead. */
export const LEASE_MS = 20_000;
/** How often it says that it lives; with it goes the progress. */
export const HEARTBEAT_MS = 5_000;
/** A task that was lost is queued again so long after it should have been begun. */
export const QUEUE_GRACE_MS = 120_000;

/** As much of a job as decides what becomes of it. Times are milliseconds since the epoch. */
export interface JobFacts {
  state: VideoJobState;
  /** How many workers have begun it; with it a worker proves that the job is still its own. */
  attempt: number;
  /** Until when the worker that has it is taken to be alive. */
  leaseUntil: number | null;
  deadline: number;
  cancelRequested: boolean;
  /** Whether what it took is in the ledger. */
  settled: boolean;
}

/** What a worker does that is handed a job. */
export type Claim =
  | { kind: 'run'; attempt: number }
  /** Another worker has it; to be asked again then. */
  | { kind: 'leased'; until: number }
  /** Ends without being worked on. */
  | { kind: 'end'; state: 'failed' | 'cancelled'; reason: 'cancelled' | 'deadline' | 'attempts' }
  /** It is over, but nobody has told the ledger. */
  | { kind: 'settle' }
  | { kind: 'nothing' };

/** Judges a job that has been delivered, for the first time or again. */
export function judge(job: JobFacts, now: number): Claim {
  if (isOver(job.state)) return job.settled ? { kind: 'nothing' } : { kind: 'settle' };
  if (job.state === 'running' && job.leaseUntil !== null && job.leaseUntil > now) {
    return { kind: 'leased', until: job.leaseUntil };
  }
  if (job.cancelRequested) return { kind: 'end', state: 'cancelled', reason: 'cancelled' };
  if (now >= job.deadline) return { kind: 'end', state: 'failed', reason: 'deadline' };
  if (job.attempt >= VIDEO_LIMITS.attempts) return { kind: 'end', state: 'failed', reason: 'attempts' };
  return { kind: 'run', attempt: job.attempt + 1 };
}

export const isOver = (state: VideoJobState): boolean => state !== 'queued' && state !== 'running';

/** Whether a worker still has the job that it began. */
export const isMine = (job: Pick<JobFacts, 'state' | 'attempt'>, attempt: number): boolean =>
  job.state === 'running' && job.attempt === attempt;
