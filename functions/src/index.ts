import { setGlobalOptions } from 'firebase-functions';
import { HttpsError, type HttpsOptions, onRequest } from 'firebase-functions/https';
import { onSchedule } from 'firebase-functions/scheduler';
import { onTaskDispatched, type TaskQueueOptions } from 'firebase-functions/tasks';
import { clientTokenSecret, providerSecrets, readConfig } from './config.ts';
import { createDeps, type Deps } from './deps.ts';
import { avoidDomains } from './http/avoid-domains.ts';
import { bypassBodyParsers } from './http/bypass-body-parsers.ts';
import { listener } from './http/listener.ts';
import { tolerateUrls } from './http/tolerate-urls.ts';
import type { EnabledProvider } from './providers/enabled.ts';
import { FFMPEG_MISSING, hasFfmpeg } from './services/videos/find-ffmpeg.ts';
import { type VideoTask, WORKER_SECONDS } from './services/videos/queue.ts';

// What is deployed, and nothing else.

setGlobalOptions({ region: 'us-central1' });

/** Waiting for models, not working: one instance carries many requests. 60 s is Hosting's limit, not the function's. */
const options: HttpsOptions = {
  memory: '512MiB',
  cpu: 1,
  concurrency: 80,
  timeoutSeconds: 540,
  invoker: 'public',
};

// Discovery loads this file to see what it exports, where nothing is configured yet.
const isDiscovery = Boolean(
  process.env['FUNCTIONS_CONTROL_API'] ?? process.env['FUNCTIONS_MANIFEST_OUTPUT_PATH'],
);
/** What runs on a schedule needs none of the configuration and binds no secret. */
const BACKGROUND = [
  'sweepHolds',
  'retireKeys',
  'sweepFiles',
  'runVideoJob',
  'runVideoGeneration',
  'sweepVideoJobs',
];
const isBackground = BACKGROUND.includes(process.env['FUNCTION_TARGET'] ?? '');
// A bad configuration must stop the instance, and with it the deployment, not the first request.
const config = isDiscovery || isBackground ? undefined : readConfig();

let deps: Deps | undefined;
const getDeps = () => {
  deps ??= createDeps(config);
  return deps;
};

avoidDomains();
if (!isBackground) {
  bypassBodyParsers();
  tolerateUrls();
}

export const api = onRequest(
  // Changing a picture of 25 million pixels takes 260 MB beside all else.
  { ...options, memory: '1GiB', secrets: [clientTokenSecret, ...Object.values(providerSecrets)] },
  listener(async () => (await import('./app.ts')).createApi(getDeps()), '/api'),
);

export const gateway = onRequest(
  { ...options, secrets: [clientTokenSecret, ...Object.values(providerSecrets)] },
  listener(async () => (await import('./app.ts')).createGateway(getDeps())),
);

export const listProviders = onRequest(
  { ...options, secrets: [clientTokenSecret] },
  listener(async () => (await import('./app.ts')).createListProviders(getDeps())),
);

const proxy = (provider: EnabledProvider) =>
  onRequest(
    {
      ...options,
      secrets: [clientTokenSecret, providerSecrets[provider]].filter((each) => each !== undefined),
    },
    listener(async () => (await import('./app.ts')).createProxy(getDeps(), provider)),
  );

export const openaiGenerate = proxy('openai');
export const anthropicGenerate = proxy('anthropic');
export const geminiGenerate = proxy('gemini');

/** Settles the holds of processes that died, of users who have made no request since (design: I3). */
export const sweepHolds = onSchedule(
  { schedule: 'every 1 minutes', memory: '256MiB', maxInstances: 1 },
  async () => {
    const { runSweep } = await import('./background.ts');
    await runSweep();
  },
);

/** Deletes files whose time is over and uploads that nobody finished; meters the next month of what is kept. */
export const sweepFiles = onSchedule(
  { schedule: 'every 60 minutes', memory: '256MiB', maxInstances: 1, timeoutSeconds: 540 },
  async () => {
    const { runFileSweep } = await import('./background.ts');
    await runFileSweep();
  },
);

/** Puts expired API keys on record and retires the secrets whose rotation policy is due (ADR 6). */
export const retireKeys = onSchedule(
  { schedule: 'every 60 minutes', memory: '256MiB', maxInstances: 1 },
  async () => {
    const { runKeyRetirement } = await import('./background.ts');
    await runKeyRetirement();
  },
);

/** A worker that is given a job back waits for the one before it to be dead. */
const tasks: TaskQueueOptions = {
  timeoutSeconds: WORKER_SECONDS,
  retryConfig: { maxAttempts: 30, minBackoffSeconds: 5, maxBackoffSeconds: 10, maxDoublings: 1 },
};

// Of this function alone: the others do without.
if (process.env['FUNCTION_TARGET'] === 'runVideoJob' && !isDiscovery && !hasFfmpeg()) {
  throw new Error(FFMPEG_MISSING);
}

/** Works on stored videos with ffmpeg, one at a time; it binds no secret, for what it reads comes from strangers. */
export const runVideoJob = onTaskDispatched<VideoTask>(
  // In an instance files lie in memory: the input, the output and ffmpeg itself.
  { ...tasks, memory: '4GiB', cpu: 2, concurrency: 1, rateLimits: { maxConcurrentDispatches: 20 } },
  async ({ data }) => {
    const { runVideoTask } = await import('./video-workers.ts');
    if ((await runVideoTask(data.jobId)) === 'again') throw new HttpsError('unavailable', 'Not yet');
  },
);

/** Looks after videos that a provider makes, many at once, and fetches them. */
export const runVideoGeneration = onTaskDispatched<VideoTask>(
  {
    ...tasks,
    memory: '512MiB',
    cpu: 1,
    concurrency: 40,
    secrets: [providerSecrets.openai].filter((each) => each !== undefined),
  },
  async ({ data }) => {
    const { runGenerationTask } = await import('./video-workers.ts');
    if ((await runGenerationTask(data.jobId)) === 'again') throw new HttpsError('unavailable', 'Not yet');
  },
);

/** Queues video jobs again that the queue or a worker has lost, and settles those that were not. */
export const sweepVideoJobs = onSchedule(
  { schedule: 'every 2 minutes', memory: '256MiB', maxInstances: 1 },
  async () => {
    const { runVideoSweep } = await import('./video-workers.ts');
    await runVideoSweep();
  },
);
