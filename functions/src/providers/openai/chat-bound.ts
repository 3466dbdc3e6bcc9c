import type { EndpointBound, Model } from '../contract.ts';
import { isMedia, optionalArray, optionalObject, textBytes, type WireObject } from '../wire.ts';
import { TOKENS_PER_ANSWER, TOKENS_PER_MESSAGE } from './bound.ts';
import { imageTokens } from './images.ts';
import { isPricedTier } from './service-tier.ts';

/**
 * The bound of a chat completion's body, whatever it holds. Input: its bytes, media apart, and each image's
 * documented maximum. Output: the maximum for each choice asked for; a prediction's rejected tokens are billed as
 * output on top. What it can't price: hosted tools, audio, files, the priority tier.
 */
export function chatBound(body: WireObject, text: string, model: Model): EndpointBound {
  const messages = optionalArray(body['messages']);
  const media: string[] = [];
  let images = 0;
  let unpriced = unpricedField(body);
  for (const [at, message] of messages.entries()) {
    for (const [nth, part] of optionalArray(optionalObject(message)?.['content']).entries()) {
      const { type, image_url: image } = optionalObject(part) ?? {};
      if (type === 'text' || type === 'refusal') continue;
      if (type === 'image_url') {
        images += 1;
        const url = optionalObject(image)?.['url'];
        if (typeof url === 'string' && url.startsWith('data:') && isMedia(url)) media.push(url);
      } else {
        unpriced ??= `messages[${at}].content[${nth}]`;
      }
    }
  }
  const choices = Math.max(integerOf(body['n']), integerOf(body['best_of']));
  const most = Math.max(integerOf(body['max_completion_tokens']), integerOf(body['max_tokens']));
  const predicted = body['prediction'] == null ? 0 : Buffer.byteLength(JSON.stringify(body['prediction']));
  return {
    inputTokens:
      textBytes(text, body, media) +
      TOKENS_PER_MESSAGE * messages.length +
      TOKENS_PER_ANSWER +
      images * imageTokens(model.id),
    outputTokens: choices * (most + predicted),
    cacheWrites: '5m',
    ...(unpriced !== undefined && { unpriced }),
  };
}

function unpricedField(body: WireObject): string | undefined {
  if (body['web_search_options'] != null) return 'web_search_options';
  if (body['audio'] != null) return 'audio';
  if (optionalArray(body['modalities']).some((each) => each !== 'text')) return 'modalities';
  if (!isPricedTier(body['service_tier'])) return 'service_tier';
  const hosted = optionalArray(body['tools']).findIndex((tool) => {
    const type = optionalObject(tool)?.['type'];
    return type !== 'function' && type !== 'custom';
  });
  return hosted < 0 ? undefined : `tools[${hosted}]`;
}

/** At least one, for the format's own defaults. */
function integerOf(value: unknown): number {
  return typeof value === 'number' && value > 1 ? value : 1;
}
