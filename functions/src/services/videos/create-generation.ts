import { GatewayError } from '../../domain/errors.ts';
import { MEDIA_TYPES } from '../../domain/files/media-types.ts';
import { MONTH_MS, storageNanoUsd } from '../../domain/media-prices.ts';
import { VIDEO_LIMITS } from '../../domain/video/limits.ts';
import { UpstreamError } from '../../providers/contract.ts';
import { isEnabledProvider } from '../../providers/registry.ts';
import type { VideoMaker, VideoModel, VideoRequest } from '../../providers/videos.ts';
import type { FileDeps } from '../files/contract.ts';
import { releaseFile } from '../files/fill-file.ts';
import { openFile } from '../files/open-file.ts';
import { reserveFile } from '../files/reserve-file.ts';
import { publicError } from '../generate/public-error.ts';
import { admitWork, type MeterDeps, type Payer, settleWork } from '../metered.ts';
import type { ProviderHub } from '../provider-hub.ts';
import type { VideoJob, VideoQueue } from './contract.ts';
import { PENDING_MS } from './job-output.ts';
import { inSlot } from './job-slot.ts';
import { startJob } from './start-job.ts';

/** Larger than any of the videos that are made so far. */
export const MOST_GENERATED = 64 * 1024 ** 2;
/** An upstream that takes longer to take an order is given up. */
const ORDER_MS = 50_000;
/** Of the picture that a video begins with. */
const MOST_INPUT = 20 * 1024 ** 2;
const PROVIDER = 'openai';

export interface GenerationBody {
  model: string;
  prompt: string;
  seconds: number;
  size: string;
  inputReference?: string | undefined;
}

export interface GenerationDeps extends MeterDeps {
  providers: ProviderHub;
  videoQueue: VideoQueue;
  bucket: FileDeps['bucket'];
  config: { requestDeadlineMs: number };
}

/**
 * Orders a video of a provider. The order is given here, so that the prompt is kept nowhere; what is left for the
 * worker is to look after it and to fetch it. Its price is held in full, and room for it is made, before that.
 *
 * @throws GatewayError `invalid_request` for what the model does not make; `not_found` and `unprocessable` of the
 *   picture; `rate_limited`; whatever the ledger refuses, and what the provider answers, accounted for by then
 */
export async function createGeneration(
  deps: GenerationDeps,
  store: FileDeps['store'],
  payer: Payer,
  body: GenerationBody,
): Promise<VideoJob> {
  const files = { store, bucket: deps.bucket };
  const { name, maker } = makerOf(deps.providers);
  const price = priceOf(maker, body);
  const request = await toRequest(files, payer.userId, body);
  const { model, seconds, size, inputReference } = body;
  const heldNanoUsd = seconds * price + storageNanoUsd(MOST_GENERATED, MONTH_MS);
  const withinMs = VIDEO_LIMITS.lifetimeMs + VIDEO_LIMITS.attemptMs;
  return inSlot(store, payer.userId, async (id) => {
    const room = await reserveFile(files, payer.userId, {
      name: `${model}-${seconds}s.mp4`,
      source: 'generated',
      mediaType: 'video/mp4',
      maxBytes: MOST_GENERATED,
      pendingMs: PENDING_MS,
    });
    try {
      const admitted = await admitWork(deps, payer, {
        provider: PROVIDER,
        model,
        nanoUsd: heldNanoUsd,
        withinMs,
      });
      const settle = (error: unknown) => {
        const refused = error instanceof UpstreamError && (error.status !== undefined || !error.sent);
        // What was refused, or never left, costs nothing; of all else nobody knows.
        const taken = refused
          ? { costNanoUsd: 0 }
          : { costNanoUsd: seconds * price, source: 'held' as const };
        const status = error instanceof UpstreamError ? error.status : undefined;
        return settleWork(deps, admitted, taken, {
          reason: 'upstream_error',
          ...(status !== undefined && { upstreamStatus: status }),
        });
      };
      try {
        const signal = AbortSignal.timeout(Math.min(ORDER_MS, deps.config.requestDeadlineMs));
        const upstreamId = await maker.create(request, { requestId: payer.requestId, signal });
        const work = {
          kind: 'generation' as const,
          ...{ provider: PROVIDER, model, seconds, size, upstreamId },
          inputFileId: inputReference ?? null,
        };
        return await startJob(deps, store, payer, { id, work, price, heldNanoUsd, outputFileId: room.id });
      } catch (error) {
        await settle(error);
        if (!(error instanceof UpstreamError)) throw error;
        const givenUp = error.kind === 'aborted' ? ('deadline' as const) : undefined;
        throw publicError(name, { error, givenUp });
      }
    } catch (error) {
      await releaseFile(files, room);
      throw error;
    }
  });
}

function makerOf(providers: ProviderHub): { name: string; maker: VideoMaker } {
  const provider = isEnabledProvider(PROVIDER) ? providers.get(PROVIDER) : undefined;
  if (!provider?.videos) throw new GatewayError('unprocessable', 'No provider that is enabled makes videos.');
  return { name: provider.name, maker: provider.videos };
}

/** Whole nano-USD a second. */
function priceOf({ models }: VideoMaker, { model: id, seconds, size }: GenerationBody): number {
  const model: VideoModel | undefined = models.find((each) => each.id === id);
  if (!model) {
    const known = models.map((each) => each.id).join(', ');
    throw new GatewayError('invalid_request', `model: there is no video model ${id}, but ${known}.`);
  }
  if (!model.seconds.includes(seconds)) {
    throw new GatewayError('invalid_request', `seconds: ${id} makes ${model.seconds.join(', ')}.`);
  }
  const price = Object.hasOwn(model.sizes, size) ? model.sizes[size] : undefined;
  if (price !== undefined) return price;
  throw new GatewayError('invalid_request', `size: ${id} makes ${Object.keys(model.sizes).join(', ')}.`);
}

async function toRequest(
  files: FileDeps,
  uid: string,
  { inputReference, ...request }: GenerationBody,
): Promise<VideoRequest> {
  if (inputReference === undefined) return request;
  const { record, read } = await openFile(files, uid, inputReference);
  const { mediaType, name } = record;
  if (mediaType === undefined || MEDIA_TYPES[mediaType].kind !== 'image') {
    const what = `inputReference: the file is ${mediaType ?? 'unknown'}, not a picture.`;
    throw new GatewayError('unprocessable', what);
  }
  return { ...request, input: { bytes: new Uint8Array(await read(MOST_INPUT)), mediaType, name } };
}
