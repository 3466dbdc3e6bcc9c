import type { ImageGenerateParamsBase } from 'openai/resources/images';
import { type CallContext, UpstreamError } from '../contract.ts';
import type { ImageEvent, ImageMaker, ImageRequest, InputImage } from '../images.ts';
import { callOptions } from '../sdk-options.ts';
import { assertWanted, type SdkErrors } from '../upstream-error.ts';
import { endedEarly, wireArray, wireObject } from '../wire.ts';
import type { OpenAiSdk } from './client.ts';
import { imageRequestBound, imageUsageOf } from './images-endpoint.ts';

/** What the adapter has for all its calls. */
interface Host {
  provider: string;
  load: () => Promise<OpenAiSdk>;
  failure: (thrown: unknown, sdk: SdkErrors, context: CallContext) => unknown;
}

/** OpenAI's image models, by the SDK: `images.generate`, and `images.edit` where pictures go in. */
export function imagesApi({ provider, load, failure }: Host): ImageMaker {
  async function* create(request: ImageRequest, context: CallContext): AsyncGenerator<ImageEvent, void> {
    const sdk = await load();
    assertWanted(context, provider);
    try {
      yield* request.partialImages === undefined
        ? whole(sdk, request, context)
        : streamed(sdk, request, request.partialImages, context);
    } catch (thrown) {
      throw failure(thrown, sdk.errors, context);
    }
  }
  return { bound: imageRequestBound, create };
}

async function* whole(
  { client }: OpenAiSdk,
  request: ImageRequest,
  context: CallContext,
): AsyncGenerator<ImageEvent, void> {
  const body = { ...fieldsOf(request), stream: false } as const;
  const options = callOptions(context);
  const call = isEdit(request)
    ? client.images.edit({ ...body, ...(await filesOf(request)) }, options)
    : client.images.generate(body, options);
  const { data: answer, request_id } = await call.withResponse();
  yield started(request_id);
  const pictures = wireArray(wireObject(answer, 'the answer')['data'], 'data');
  if (pictures.length === 0) throw new UpstreamError('malformed', 'the answer has no pictures');
  for (const each of pictures) yield { type: 'image', data: base64Of(wireObject(each, 'a picture')) };
  yield { type: 'finish', usage: imageUsageOf(wireObject(answer, 'the answer')['usage']) };
}

async function* streamed(
  { client }: OpenAiSdk,
  request: ImageRequest,
  partials: number,
  context: CallContext,
): AsyncGenerator<ImageEvent, void> {
  const body = { ...fieldsOf(request), stream: true, partial_images: partials } as const;
  const options = callOptions(context);
  const call = isEdit(request)
    ? client.images.edit({ ...body, ...(await filesOf(request)) }, options)
    : client.images.generate(body, options);
  const { data: events, request_id } = await call.withResponse();
  yield started(request_id);
  let seen = 0;
  for await (const sent of events) {
    seen += 1;
    const event = wireObject(sent, 'an event');
    const type = `${event['type']}`;
    if (type.endsWith('.partial_image')) {
      const index = Number(event['partial_image_index'] ?? 0);
      yield { type: 'partial', index, data: base64Of(event) };
    } else if (type.endsWith('.completed')) {
      // The SDK ends an aborted stream as if it were over.
      context.signal.throwIfAborted();
      yield { type: 'image', data: base64Of(event) };
      yield { type: 'finish', usage: imageUsageOf(event['usage']) };
      return;
    }
  }
  context.signal.throwIfAborted();
  throw endedEarly(seen, 'the finished picture');
}

const started = (id: string | null): ImageEvent => ({
  type: 'start',
  ...(id === null ? {} : { upstreamRequestId: id }),
});

const isEdit = ({ images }: ImageRequest): boolean => images.length > 0;

function fieldsOf(request: ImageRequest) {
  const { model, prompt, n, size, quality, background, format, compression } = request;
  return {
    model: model.id,
    prompt,
    n,
    size,
    quality,
    background,
    output_format: format,
    ...(compression !== undefined && { output_compression: compression }),
  } satisfies Omit<ImageGenerateParamsBase, 'stream' | 'partial_images'>;
}

async function filesOf({ images, mask }: ImageRequest) {
  const { toFile } = await import('openai');
  const file = ({ bytes, mediaType, name }: InputImage) => toFile(bytes, name, { type: mediaType });
  return {
    image: await Promise.all(images.map(file)),
    ...(mask && { mask: await file(mask) }),
  };
}

function base64Of({ b64_json: data }: Record<string, unknown>): string {
  if (typeof data === 'string' && data !== '') return data;
  throw new UpstreamError('malformed', 'a picture without its content');
}
