import type { TokenUsage } from '../../domain/usage.ts';
import type { Meter } from '../contract.ts';
import { objectIn, optionalArray, optionalObject, tokenCount, type WireObject } from '../wire.ts';
import { type GeminiBody, inlineData } from './body.ts';
import { finishReasonOf, partsOf } from './from-wire.ts';
import type { ImageConfig } from './picture-sizes.ts';
import { usageOf } from './usage.ts';

/**
 * The most that one picture may take: thoughts, the unfinished pictures among them, and the picture itself, which is 3,780
 * tokens at the most. Nobody says more of what models think about a picture than that it counts here.
 */
export const MOST_TOKENS = 8_192;

/** Models take so many pictures: https://ai.google.dev/gemini-api/docs/image-generation. */
export const MOST_PICTURES = 14;

interface PictureBody {
  prompt: string;
  images?: readonly { mediaType: string; data: string }[];
  imageConfig?: ImageConfig;
}

/** The body of `generateContent` that asks for one picture. */
export function pictureBody({ prompt, images = [], imageConfig }: PictureBody): GeminiBody {
  const given = images.map(({ mediaType, data }) => inlineData(mediaType, data));
  return {
    contents: [{ role: 'user', parts: [...given, { text: prompt }] }],
    generationConfig: {
      responseModalities: ['IMAGE'],
      maxOutputTokens: MOST_TOKENS,
      ...(imageConfig && { imageConfig }),
    },
  };
}

/** The picture of an answer, in base64: the last one, since the others are those that it thought of on the way. */
export function pictureIn(response: WireObject): string | undefined {
  const pictures = partsOf(response).flatMap(({ inlineData: given, thought }) => {
    const { mimeType, data } = optionalObject(given) ?? {};
    const isPicture = typeof mimeType === 'string' && mimeType.startsWith('image/') && thought !== true;
    return isPicture && typeof data === 'string' && data !== '' ? [data] : [];
  });
  return pictures.at(-1);
}

/** As `usageOf`, with the pictures told apart. A report that does not tell what was made means a picture: it is dearer. */
export function pictureUsageOf(value: unknown): TokenUsage | undefined {
  const usage = usageOf(value);
  if (!usage) return undefined;
  const report = optionalObject(value) ?? {};
  const imageInputTokens = picturesAmong(report['promptTokensDetails']) ?? 0;
  const imageOutputTokens =
    picturesAmong(report['candidatesTokensDetails']) ?? usage.outputTokens - usage.reasoningTokens;
  return {
    ...usage,
    ...(imageInputTokens > 0 && { imageInputTokens }),
    ...(imageOutputTokens > 0 && { imageOutputTokens }),
  };
}

/** Undefined where nothing is told of any kind. */
function picturesAmong(details: unknown): number | undefined {
  const list = optionalArray(details).map((each) => optionalObject(each) ?? {});
  if (list.length === 0) return undefined;
  return list
    .filter(({ modality }) => modality === 'IMAGE')
    .reduce((sum, { tokenCount: count }) => sum + (tokenCount(count) ?? 0), 0);
}

/** Reads the usage of a picture on its way to another format. Where it is lost the whole hold is settled. */
export function pictureMeter(): Meter {
  let usage: TokenUsage | undefined;
  let images = 0;
  let isWhole = false;
  return {
    answer(body) {
      const response = optionalObject(body) ?? {};
      usage = pictureUsageOf(response['usageMetadata']);
      images = pictureIn(response) === undefined ? 0 : 1;
      isWhole = finishReasonOf(response) !== undefined;
    },
    // Its stream is not asked for.
    event: (data) => (objectIn(data)?.['error'] != null ? 'error' : 'other'),
    reading: () => ({
      usage,
      usageComplete: usage !== undefined,
      finishReason: isWhole ? 'stop' : undefined,
      seenBytes: 0,
      ...(images > 0 && { units: { images } }),
    }),
  };
}
