import { readBudget, readProviders, readStorageBucket } from './config.ts';
import { GatewayError } from './domain/errors.ts';
import { logger } from './log.ts';
import { isEnabledProvider } from './providers/registry.ts';
import type { VideoMaker } from './providers/videos.ts';
import { createLedger } from './services/ledger/create-ledger.ts';
import { createProviderHub } from './services/provider-hub.ts';
import type { VideoQueue, WorkerDeps } from './services/videos/contract.ts';
import { createVideoQueue } from './services/videos/queue.ts';
import { generationWorker } from './services/videos/run-generation.ts';
import { operationWorker } from './services/videos/run-operation.ts';
import { sweepJobs } from './services/videos/sweep-jobs.ts';
import { type Delivery, workOnJob } from './services/videos/work-on-job.ts';
import { type Bucket, openBucket } from './store/bucket.ts';
import { StoreHandle } from './store/handle.ts';
import { openFirestore } from './store/open-firestore.ts';

// The composition root of what works on videos, behind a queue and on a schedule.

const projectId = process.env['GCLOUD_PROJECT'] ?? process.env['GOOGLE_CLOUD_PROJECT'] ?? 'demo-firegate';
const region = process.env['FUNCTION_REGION'] ?? 'us-central1';
const firestore = openFirestore();
const ledger = createLedger({
  firestore: () => firestore,
  projectBudget: readBudget(process.env['PROJECT_BUDGET'] ?? '', []),
});
const queue: VideoQueue = createVideoQueue({ projectId, region });

let bucket: Promise<Bucket> | undefined;
const getBucket = () => {
  bucket ??= openBucket({
    name: readStorageBucket(process.env, projectId),
    projectId,
    local: Boolean(process.env['STORAGE_EMULATOR_HOST']),
  });
  return bucket;
};

const workerDeps = (): WorkerDeps => ({
  store: new StoreHandle(firestore, Date.now),
  bucket: getBucket,
  ledger,
  warn: logger.warn,
});

export async function runVideoTask(jobId: string): Promise<Delivery> {
  const deps = workerDeps();
  return workOnJob(deps, jobId, 'operation', operationWorker(deps));
}

const hub = createProviderHub(readProviders());

export async function runGenerationTask(jobId: string): Promise<Delivery> {
  const deps = workerDeps();
  return workOnJob(deps, jobId, 'generation', generationWorker(deps, videosOf));
}

function videosOf(provider: string): VideoMaker {
  const { videos } = isEnabledProvider(provider) ? hub.get(provider) : {};
  if (!videos) throw new GatewayError('upstream_error', `${provider} makes no videos here.`);
  return videos;
}

export async function runVideoSweep(): Promise<void> {
  const { requeued, settled, failed } = await sweepJobs({ ...workerDeps(), videoQueue: queue });
  if (requeued + settled > 0) logger.warn('Looked after video jobs that were left', { requeued, settled });
  for (const { jobId, error } of failed) {
    logger.error('A video job could not be looked after', {
      jobId,
      error: error instanceof Error ? error.message : 'unknown',
    });
  }
}
