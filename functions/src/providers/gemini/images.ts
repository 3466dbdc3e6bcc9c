import { type CallContext, UpstreamError } from '../contract.ts';
import type { ImageEvent, ImageMaker, ImageRequest, Unable } from '../images.ts';
import { assertWanted } from '../upstream-error.ts';
import { wireObject } from '../wire.ts';
import { type GeminiSdk, parametersOf } from './client.ts';
import { pictureBound } from './content-bound.ts';
import { toGeminiError } from './errors.ts';
import { finishReasonOf } from './from-wire.ts';
import { imageConfigOf, sizesOf } from './picture-sizes.ts';
import { MOST_PICTURES, pictureBody, pictureIn, pictureUsageOf } from './pictures.ts';

/**
 * Gemini's picture models: one picture a call, made from words and other pictures. There are no unfinished ones that
 * could be shown: a stream has the finished one alone.
 */
export function geminiImages(id: string, load: () => Promise<GeminiSdk>): ImageMaker {
  async function* create(request: ImageRequest, context: CallContext): AsyncGenerator<ImageEvent, void> {
    const { client, ApiError } = await load();
    assertWanted(context, id);
    try {
      const body = bodyOf(request, ({ bytes }) => Buffer.from(bytes).toString('base64'));
      const asked = parametersOf(request.model.id, body, context);
      const response = wireObject(await client.models.generateContent(asked), 'the response');
      if (finishReasonOf(response) === undefined)
        throw new UpstreamError('malformed', 'the response has no finish reason');
      const { responseId } = response;
      yield { type: 'start', ...(typeof responseId === 'string' && { upstreamRequestId: responseId }) };
      const data = pictureIn(response);
      if (data !== undefined) yield { type: 'image', data };
      yield { type: 'finish', usage: pictureUsageOf(response['usageMetadata']) };
    } catch (thrown) {
      throw await toGeminiError(thrown, context.signal, ApiError);
    }
  }

  function bound(request: ImageRequest) {
    // What the pictures hold does not count, how many they are does.
    const body = bodyOf(request, () => '');
    return pictureBound(body, JSON.stringify(body));
  }

  return { unable, bound, create };
}

function bodyOf(
  { model, prompt, size, images }: ImageRequest,
  contentOf: (image: ImageRequest['images'][number]) => string,
) {
  const given = images.map((image) => ({ mediaType: image.mediaType, data: contentOf(image) }));
  return pictureBody({ prompt, images: given, ...imageConfigOf(model.id, size) });
}

function unable({ model, n, size, quality, background, compression, images, mask }: ImageRequest) {
  const reasons: [boolean, Unable][] = [
    [n > 1, { field: 'n', why: `${model.id} makes one picture a request` }],
    [
      imageConfigOf(model.id, size) === undefined,
      { field: 'size', why: `${model.id} has ${sizesOf(model.id)}` },
    ],
    [quality !== 'auto', { field: 'quality', why: `${model.id} has one quality, auto` }],
    [background === 'transparent', { field: 'background', why: `${model.id} has no transparency` }],
    [compression !== undefined, { field: 'compression', why: `${model.id} has no such setting` }],
    [
      images.length > MOST_PICTURES,
      { field: 'images', why: `${model.id} takes ${MOST_PICTURES} pictures at most` },
    ],
    [
      mask !== undefined,
      { field: 'mask', why: `${model.id} takes none; say in the prompt what is to change` },
    ],
  ];
  return reasons.find(([applies]) => applies)?.[1];
}
