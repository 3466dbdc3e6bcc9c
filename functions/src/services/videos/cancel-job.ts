import { GatewayError } from '../../domain/errors.ts';
import { isOver } from '../../domain/video/job.ts';
import type { StoreHandle } from '../../store/handle.ts';
import type { VideoJob } from './contract.ts';
import { ended } from './end-job.ts';
import { findJob } from './find-job.ts';
import { updateJob } from './job-lease.ts';
import { type SettleDeps, settleJob } from './settle-job.ts';

/**
 * Ends a job that nobody wants any more. One that no worker has is over at once; a worker that has it learns of it
 * within seconds, kills what it has started, and ends it.
 *
 * @throws GatewayError `not_found`; `conflict` where it is over already
 */
export async function cancelJob(
  deps: Omit<SettleDeps, 'store'>,
  store: StoreHandle,
  uid: string,
  jobId: string,
): Promise<VideoJob> {
  await findJob(store, uid, jobId);
  let wasOver = false;
  const job = await updateJob(store, jobId, (found) => {
    wasOver = isOver(found.state);
    if (wasOver) return undefined;
    const now = store.now();
    const isWorkedOn = found.state === 'running' && (found.leaseUntil?.toMillis() ?? 0) > now;
    if (isWorkedOn) return found.cancelRequested ? undefined : { cancelRequested: true };
    return { ...ended(found, { state: 'cancelled' }, now), cancelRequested: true };
  });
  if (!job) throw new GatewayError('not_found', 'There is no such video job.');
  if (wasOver) throw new GatewayError('conflict', `The job is over: it ${PAST[job.state]}.`);
  if (isOver(job.state)) await settleJob({ ...deps, store }, job);
  return job;
}

const PAST: Record<VideoJob['state'], string> = {
  queued: 'is queued',
  running: 'is running',
  succeeded: 'succeeded',
  failed: 'failed',
  cancelled: 'was cancelled',
};
