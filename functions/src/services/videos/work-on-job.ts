import { type ErrorCode, GatewayError } from '../../domain/errors.ts';
import { VIDEO_LIMITS } from '../../domain/video/limits.ts';
import { UnusableVideo } from '../../domain/video/probe.ts';
import type { VideoWork } from '../../store/video-jobs.ts';
import { claimJob } from './claim-job.ts';
import type { VideoJob, WorkerDeps } from './contract.ts';
import { type End, ended } from './end-job.ts';
import { CancelledJob, JobLease, LostJob } from './job-lease.ts';
import { settleJob } from './settle-job.ts';

/** What a worker does with the job that it has: its end, or an error. `seconds` is what was done until then. */
export type Worker<K extends VideoWork['kind']> = (
  lease: JobLease,
  work: Extract<VideoWork, { kind: K }>,
  attempt: Attempt,
) => Promise<End>;

export interface Attempt {
  signal: AbortSignal;
  /** Of video, that have been worked on: what is to be paid should it end now. */
  seconds: number;
}

/** `again`: it is to be delivered again, another worker has it or had it, or something does not answer. */
export type Delivery = 'done' | 'again';

class TooSlow extends Error {}

/** What can be gone in a minute: the same is tried again, by whoever gets the job next. */
const PASSING: readonly ErrorCode[] = ['unavailable', 'rate_limited'];

/**
 * Does what a delivered task asks for. It may come twice, at once or after a worker has died: a job is worked on by
 * one worker at a time, ends once, keeps one output, and has one usage record.
 */
export async function workOnJob<K extends VideoWork['kind']>(
  deps: WorkerDeps,
  jobId: string,
  kind: K,
  worker: Worker<K>,
): Promise<Delivery> {
  const claimed = await claimJob(deps, jobId);
  if (!claimed) return 'done';
  switch (claimed.kind) {
    case 'nothing':
      return 'done';
    case 'leased':
      return 'again';
    case 'end':
    case 'settle':
      await settleJob(deps, claimed.job);
      return 'done';
  }
  const lease = new JobLease(deps.store, claimed.job);
  lease.beat();
  try {
    const end = await attemptWork(deps, lease, kind, worker);
    await lease.write(ended(lease.job, end, deps.store.now()));
  } catch (error) {
    if (error instanceof LostJob) return 'done';
    if (!(error instanceof GatewayError) || !PASSING.includes(error.code)) throw error;
    // Whoever gets it next need not wait for the lease to end.
    await lease.write({ leaseUntil: null }).catch(() => undefined);
    return 'again';
  } finally {
    await lease.stop();
  }
  await settleJob(deps, lease.job);
  return 'done';
}

/** @throws LostJob; GatewayError for what may be tried again */
async function attemptWork<K extends VideoWork['kind']>(
  deps: WorkerDeps,
  lease: JobLease,
  kind: K,
  worker: Worker<K>,
): Promise<End> {
  const { work, deadline } = lease.job;
  const slow = new AbortController();
  const left = Math.min(VIDEO_LIMITS.attemptMs, deadline.toMillis() - deps.store.now());
  const timer = setTimeout(() => slow.abort(new TooSlow()), left);
  const attempt: Attempt = { signal: AbortSignal.any([lease.signal, slow.signal]), seconds: 0 };
  try {
    if (work.kind !== kind) throw new Error(`The job is a ${work.kind}, not a ${kind}`);
    return await worker(lease, work as Extract<VideoWork, { kind: K }>, attempt);
  } catch (thrown) {
    // What an abort tears down fails in its own words.
    const error = attempt.signal.aborted ? attempt.signal.reason : thrown;
    const { seconds } = attempt;
    if (error instanceof LostJob) throw error;
    if (error instanceof CancelledJob) return { state: 'cancelled', seconds };
    return { state: 'failed', error: publicReason(deps, lease.job, error), seconds };
  } finally {
    clearTimeout(timer);
  }
}

function publicReason(deps: WorkerDeps, job: VideoJob, error: unknown): NonNullable<End['error']> {
  if (error instanceof UnusableVideo) return { code: 'unprocessable', message: error.message };
  if (error instanceof TooSlow) {
    const message = `The work took longer than ${VIDEO_LIMITS.attemptMs / 60_000} minutes.`;
    return { code: 'upstream_timeout', message };
  }
  if (error instanceof GatewayError) {
    if (PASSING.includes(error.code)) throw error;
    return { code: error.code, message: error.message };
  }
  deps.warn('A video job failed', {
    jobId: job.id,
    attempt: job.attempt,
    error: error instanceof Error ? error.name : 'unknown',
    detail: error instanceof Error ? error.message : '',
  });
  return { code: 'internal', message: 'Internal error' };
}
