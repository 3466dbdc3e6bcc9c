import { setTimeout as sleep } from 'node:timers/promises';
import { GatewayError } from '../../domain/errors.ts';
import { type CallContext, UpstreamError } from '../../providers/contract.ts';
import type { VideoMaker, VideoProgress } from '../../providers/videos.ts';
import type { WorkerDeps } from './contract.ts';
import { MOST_GENERATED } from './create-generation.ts';
import { findOutput, keepOutput, outputOf } from './job-output.ts';
import type { Worker } from './work-on-job.ts';

/** Milliseconds between two looks: short at first, for what is made quickly. */
const SOONEST_MS = 1_000;
const LATEST_MS = 10_000;
/** Of one call; a download takes longer. */
const CALL_MS = 30_000;
const FETCHES = 5;

/** What the next look may find better. */
const PASSING = [
  'rate_limited',
  'overloaded',
  'server_error',
  'connection',
  'timeout',
  'malformed',
  'aborted',
];

/** Looks after a video that a provider makes, and fetches it. */
export const generationWorker =
  (deps: WorkerDeps, makerOf: (provider: string) => VideoMaker): Worker<'generation'> =>
  async (lease, { provider, upstreamId, seconds, model, size }, attempt) => {
    // It was ordered, and is billed: whatever ends this, unless the provider says that it made none.
    attempt.seconds = seconds;
    const kept = await findOutput(deps, lease.job);
    if (kept?.status === 'ready') return { state: 'succeeded', outputs: [outputOf(kept)], seconds };

    const maker = makerOf(provider);
    const context = (ms: number): CallContext => ({
      requestId: lease.job.requestId,
      signal: AbortSignal.any([attempt.signal, AbortSignal.timeout(ms)]),
    });
    const made = await untilMade(
      () => maker.retrieve(upstreamId, context(CALL_MS)),
      attempt.signal,
      (percent) => {
        lease.progress = percent;
      },
    );
    if (made.status === 'failed') {
      const why = made.failure === undefined ? '' : ` (${made.failure})`;
      const message = `The provider could not make this video${why}.`;
      return { state: 'failed', error: { code: 'upstream_error', message }, seconds: 0 };
    }
    const [width, height] = size.split('x').map(Number);
    const file = await again(attempt.signal, async () =>
      keepOutput(deps, lease, {
        name: `${model}-${seconds}s.mp4`,
        mediaType: 'video/mp4',
        source: 'generated',
        bytes: MOST_GENERATED,
        content: await maker.download(upstreamId, { ...context(CALL_MS), signal: attempt.signal }),
        metadata: {
          durationSeconds: seconds,
          ...(width !== undefined && { width }),
          ...(height !== undefined && { height }),
        },
        seconds,
      }),
    );
    return { state: 'succeeded', outputs: [outputOf(file)], seconds };
  };

/** Looks until the provider has done, one way or the other. A look that fails is made again. */
async function untilMade(
  look: () => Promise<VideoProgress>,
  signal: AbortSignal,
  onProgress: (percent: number) => void,
): Promise<VideoProgress> {
  for (let looked = 1; ; looked += 1) {
    signal.throwIfAborted();
    try {
      const found = await look();
      if (found.status === 'completed' || found.status === 'failed') return found;
      onProgress(Math.min(99, Math.floor(found.progress)));
    } catch (error) {
      signal.throwIfAborted();
      if (!isPassing(error)) throw gatewayError(error);
    }
    await sleep(Math.min(LATEST_MS, SOONEST_MS * looked), undefined, { signal });
  }
}

/** Fetches, and fetches again what broke off: the video waits at the provider. */
async function again<T>(signal: AbortSignal, fetch: () => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await fetch();
    } catch (error) {
      signal.throwIfAborted();
      if (tried >= FETCHES || !isPassing(error)) throw gatewayError(error);
      await sleep(SOONEST_MS * tried, undefined, { signal });
    }
  }
}

/** What breaks off on its way into the store is the cause of what the store says of it. */
const isPassing = (error: unknown): boolean =>
  (error instanceof UpstreamError && PASSING.includes(error.kind)) ||
  (error instanceof GatewayError && error.cause instanceof UpstreamError);

const gatewayError = (error: unknown): unknown =>
  error instanceof UpstreamError
    ? new GatewayError('upstream_error', 'The provider did not deliver the video.', { cause: error })
    : error;
