import { MONTH_MS, storageNanoUsd } from '../../domain/media-prices.ts';
import { OWN_WORK } from '../../domain/own-work.ts';
import { NO_USAGE, type UsageFacts, type UsageStatus } from '../../domain/usage.ts';
import { releaseFile } from '../files/fill-file.ts';
import type { VideoJob, WorkerDeps } from './contract.ts';
import { updateJob } from './job-lease.ts';

export const JOBS_ROUTE = 'videos/jobs';
export const GENERATE_ROUTE = 'videos/generate';

/** The provider and model that a job's usage record names. */
export const calledBy = ({ work }: Pick<VideoJob, 'work'>) =>
  work.kind === 'generation'
    ? { provider: work.provider, model: work.model, route: GENERATE_ROUTE }
    : { provider: OWN_WORK, model: `video-${work.operation.type}`, route: JOBS_ROUTE };

export type SettleDeps = Pick<WorkerDeps, 'store' | 'bucket' | 'ledger'>;

/**
 * Tells the ledger what a job that is over took, gives back what it reserved and does not keep, and notes that it is
 * done. All of it can be done again: of a job there is one record, however often it is told.
 */
export async function settleJob(deps: SettleDeps, job: VideoJob): Promise<void> {
  await deps.ledger.settle(job.requestId, job.userId, usageOf(job));
  if (job.state !== 'succeeded' && job.outputFileId !== null) {
    await releaseFile(deps, { id: job.outputFileId, userId: job.userId });
  }
  await updateJob(deps.store, job.id, (now) =>
    now.settled || now.finishedAt === null ? undefined : { settled: true, dueAt: null },
  );
}

function usageOf(job: VideoJob): UsageFacts {
  const { state, price, createdAt, startedAt, finishedAt, error } = job;
  const seconds = job.seconds ?? 0;
  // What is kept is paid for its first month; then the files' own sweep asks.
  const bytes = job.outputs.reduce((sum, output) => sum + output.bytes, 0);
  const took = (finishedAt ?? createdAt).toMillis() - (startedAt ?? createdAt).toMillis();
  const latencyMs = Math.max(0, took);
  const { provider, model, route } = calledBy(job);
  const status: UsageStatus = state === 'succeeded' ? 'ok' : state === 'cancelled' ? 'cancelled' : 'error';
  const costNanoUsd = seconds * price + storageNanoUsd(bytes, MONTH_MS);
  const wasLate = error?.code === 'upstream_timeout';
  return {
    provider,
    model,
    route,
    usage: NO_USAGE,
    units: { seconds, ...(bytes > 0 && { bytes }) },
    costNanoUsd,
    price: null,
    latencyMs,
    status,
    terminationReason:
      status === 'ok'
        ? 'completed'
        : status === 'cancelled'
          ? 'client_disconnected'
          : wasLate
            ? 'deadline'
            : 'upstream_error',
    source: 'provider',
    attempts: [{ provider, model, status, latencyMs, costNanoUsd }],
  };
}
