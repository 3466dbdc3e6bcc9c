import { Timestamp } from '@google-cloud/firestore';
import { type Claim, judge, LEASE_MS } from '../../domain/video/job.ts';
import { VIDEO_LIMITS } from '../../domain/video/limits.ts';
import { factsOf } from '../../store/video-jobs.ts';
import type { VideoJob, WorkerDeps } from './contract.ts';
import { ended } from './end-job.ts';
import { updateJob } from './job-lease.ts';

/** What became of a job that was delivered: this worker's now, or not. */
export type Claimed = { job: VideoJob; kind: Claim['kind'] } | undefined;

/** Takes a job that was delivered, or ends one that is to be worked on no more, in one write. */
export async function claimJob({ store }: Pick<WorkerDeps, 'store'>, jobId: string): Promise<Claimed> {
  let claim: Claim = { kind: 'nothing' };
  const job = await updateJob(store, jobId, (found) => {
    const now = store.now();
    claim = judge(factsOf(found), now);
    if (claim.kind === 'end') return ended(found, END[claim.reason], now);
    if (claim.kind !== 'run') return undefined;
    const leaseUntil = Timestamp.fromMillis(now + LEASE_MS);
    return {
      state: 'running',
      attempt: claim.attempt,
      leaseUntil,
      dueAt: leaseUntil,
      startedAt: found.startedAt ?? Timestamp.fromMillis(now),
    };
  });
  return job && { job, kind: claim.kind };
}

const END = {
  cancelled: { state: 'cancelled', error: null },
  deadline: {
    state: 'failed',
    error: {
      code: 'upstream_timeout',
      message: `The job was not done within ${VIDEO_LIMITS.lifetimeMs / 60_000} minutes.`,
    },
  },
  attempts: {
    state: 'failed',
    error: {
      code: 'unprocessable',
      message: `Given up after ${VIDEO_LIMITS.attempts} attempts, none of which came to its end.`,
    },
  },
} as const;
