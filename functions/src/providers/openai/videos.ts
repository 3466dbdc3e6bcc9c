import type { VideoCreateParams } from 'openai/resources/videos';
import { type CallContext, UpstreamError } from '../contract.ts';
import { callOptions } from '../sdk-options.ts';
import { assertWanted, interruption, type SdkErrors } from '../upstream-error.ts';
import type { VideoMaker, VideoModel, VideoProgress, VideoRequest } from '../videos.ts';
import { optionalObject, wireObject } from '../wire.ts';
import type { OpenAiSdk } from './client.ts';

const CENT = 10_000_000;
const SECONDS = [4, 8, 12];

/**
 * Per second of video; https://developers.openai.com/api/docs/pricing. OpenAI has announced the end of this API for
 * 2026-09-24; upstreams that speak it go on (ADR 11).
 */
export const OPENAI_VIDEO_MODELS: readonly VideoModel[] = [
  { id: 'sora-2', seconds: SECONDS, sizes: { '1280x720': 10 * CENT, '720x1280': 10 * CENT } },
  {
    id: 'sora-2-pro',
    seconds: SECONDS,
    sizes: {
      '1280x720': 30 * CENT,
      '720x1280': 30 * CENT,
      '1792x1024': 50 * CENT,
      '1024x1792': 50 * CENT,
    },
  },
];

interface Host {
  provider: string;
  load: () => Promise<OpenAiSdk>;
  failure: (thrown: unknown, sdk: SdkErrors, context: CallContext) => unknown;
}

/** OpenAI's videos API, by the SDK. */
export function videosApi({ provider, load, failure }: Host): VideoMaker {
  async function call<T>(context: CallContext, work: (sdk: OpenAiSdk) => Promise<T>): Promise<T> {
    const sdk = await load();
    assertWanted(context, provider);
    try {
      return await work(sdk);
    } catch (thrown) {
      throw failure(thrown, sdk.errors, context);
    }
  }
  return {
    models: OPENAI_VIDEO_MODELS,
    create: (request, context) =>
      call(context, async ({ client }) => {
        const video = await client.videos.create(await toWire(request), callOptions(context));
        const { id } = wireObject(video, 'the answer');
        if (typeof id === 'string' && /^[\w-]{1,200}$/.test(id)) return id;
        throw new UpstreamError('malformed', 'a video without an id');
      }),
    retrieve: (id, context) =>
      call(context, async ({ client }) => fromWire(await client.videos.retrieve(id, callOptions(context)))),
    download: (id, context) =>
      call(context, async ({ client }) => {
        const response = await client.videos.downloadContent(
          id,
          {},
          {
            ...callOptions(context),
            // What is large may lie elsewhere.
            fetchOptions: { redirect: 'follow' },
          },
        );
        if (!response.body) throw new UpstreamError('malformed', 'a video without its content');
        return contentOf(response, provider, context.signal);
      }),
  };
}

async function toWire({ model, prompt, seconds, size, input }: VideoRequest): Promise<VideoCreateParams> {
  const { toFile } = await import('openai');
  return {
    model,
    prompt,
    seconds: String(seconds) as NonNullable<VideoCreateParams['seconds']>,
    size: size as NonNullable<VideoCreateParams['size']>,
    ...(input && { input_reference: await toFile(input.bytes, input.name, { type: input.mediaType }) }),
  };
}

const STATUSES = ['queued', 'in_progress', 'completed', 'failed'] as const;

function fromWire(answer: unknown): VideoProgress {
  const video = wireObject(answer, 'the answer');
  const status = STATUSES.find((each) => each === video['status']);
  if (!status) throw new UpstreamError('malformed', 'a video of no known status');
  const progress = Number(video['progress'] ?? 0);
  const code = optionalObject(video['error'])?.['code'];
  return {
    status,
    progress: progress >= 0 && progress <= 100 ? progress : 0,
    ...(typeof code === 'string' && /^\w{1,60}$/.test(code) && { failure: code }),
  };
}

/**
 * The bytes as they come; what breaks on the way is the provider's failure. It is the response that is kept until they
 * are read: fetch cancels the body of one that is garbage, which then looks like an empty one.
 */
async function* contentOf(response: Response, provider: string, signal: AbortSignal) {
  try {
    if (response.body) yield* response.body;
  } catch (thrown) {
    throw interruption(thrown, provider, signal);
  }
}
