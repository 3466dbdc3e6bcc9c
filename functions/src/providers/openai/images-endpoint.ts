import { NO_USAGE, type TokenUsage } from '../../domain/usage.ts';
import type { EndpointBound, EventKind, Meter, Model } from '../contract.ts';
import type { ImageRequest } from '../images.ts';
import { objectIn, optionalArray, optionalObject, textBytes, tokenCount, type WireObject } from '../wire.ts';
import { TOKENS_PER_MESSAGE } from './format-tokens.ts';
import { givenImageTokens, madeImageTokens, PARTIAL_TOKENS } from './images-tokens.ts';

/** Fields by which a request brings in work of another kind: animations, drawings by another model, planning. */
const UNBOUNDED = ['svg', 'frame_count', 'complexity'];

/** The bound of a body of `POST /images/generations`. */
export function imagesBound(body: WireObject, text: string, model: Model): EndpointBound {
  const { n, size, quality, partial_images: partials, output_format: format } = body;
  const unpriced =
    format === 'gif' || format === 'svg' ? 'output_format' : UNBOUNDED.find((name) => body[name] != null);
  return {
    inputTokens: textBytes(text, body, []) + TOKENS_PER_MESSAGE,
    outputTokens:
      (typeof n === 'number' ? n : 1) *
      (madeImageTokens(model.id, size, quality) +
        (typeof partials === 'number' ? partials : 0) * PARTIAL_TOKENS),
    cacheWrites: 'none',
    ...(unpriced !== undefined && { unpriced }),
  };
}

/** The bound of pictures that are asked for by the SDK; each picture that goes in at its own maximum. */
export function imageRequestBound(request: ImageRequest): EndpointBound {
  const { model, prompt, n, size, quality, partialImages = 0, images, mask } = request;
  const pictures = mask ? [...images, mask] : images;
  return {
    inputTokens:
      Math.max(Buffer.byteLength(prompt), Buffer.byteLength(prompt.normalize('NFKC'))) +
      TOKENS_PER_MESSAGE +
      pictures.reduce((sum, picture) => sum + givenImageTokens(picture), 0),
    outputTokens: n * (madeImageTokens(model.id, size, quality) + partialImages * PARTIAL_TOKENS),
    cacheWrites: 'none',
  };
}

/**
 * Reads the usage of pictures that are passed on. Where it is lost the whole hold is settled: how far a picture has come
 * says nothing of what it costs.
 */
export function imagesMeter(): Meter {
  let usage: TokenUsage | undefined;
  let images = 0;
  let isWhole = false;
  return {
    answer(body) {
      const answer = optionalObject(body) ?? {};
      usage = imageUsageOf(answer['usage']);
      images = optionalArray(answer['data']).length;
      isWhole = true;
    },
    event(data): EventKind {
      const event = objectIn(data) ?? {};
      const type = `${event['type']}`;
      if (type.endsWith('.partial_image')) return 'content';
      if (type === 'error' || event['error'] != null) return 'error';
      if (!type.endsWith('.completed')) return 'other';
      usage = imageUsageOf(event['usage']);
      images += 1;
      isWhole = true;
      return 'end';
    },
    reading: () => ({
      usage,
      usageComplete: usage !== undefined,
      finishReason: isWhole ? 'stop' : undefined,
      seenBytes: 0,
      ...(images > 0 && { units: { images } }),
    }),
  };
}

/** `input_tokens` are those of words and pictures together. */
export function imageUsageOf(report: unknown): TokenUsage | undefined {
  const usage = optionalObject(report);
  const inputTokens = tokenCount(usage?.['input_tokens']);
  const outputTokens = tokenCount(usage?.['output_tokens']);
  if (inputTokens === undefined || outputTokens === undefined) return undefined;
  const imageInputTokens = tokenCount(optionalObject(usage?.['input_tokens_details'])?.['image_tokens']);
  return {
    ...NO_USAGE,
    inputTokens,
    outputTokens,
    ...(imageInputTokens !== undefined && imageInputTokens > 0 && { imageInputTokens }),
  };
}
