import type { EndpointBound, Model } from '../contract.ts';
import { isMedia, optionalArray, optionalObject, textBytes, type WireObject } from '../wire.ts';
import { TOKENS_PER_ANSWER, TOKENS_PER_MESSAGE } from './format-tokens.ts';
import { imageTokens } from './images.ts';
import { isPricedTier } from './service-tier.ts';

/**
 * The bound of a chat completion's body, whatever it holds. Input: its bytes, media apart, for no token is shorter
 * than one, and the most that each image can take. Output: the maximum, which counts reasoning and answer, for each
 * choice asked for; a prediction's rejected tokens are billed as output on top. Cache writes: automatic from GPT-5.6
 * on, at their own rate (https://developers.openai.com/api/docs/guides/prompt-caching); there is no hour-long kind.
 * What it can't price: hosted tools, audio, files, images that may be of any size, the priority tier.
 */
export function chatBound(body: WireObject, text: string, model: Model): EndpointBound {
  const messages = optionalArray(body['messages']);
  const media: string[] = [];
  /** In tokens. */
  let images = 0;
  let unpriced = unpricedField(body);
  for (const [at, message] of messages.entries()) {
    for (const [nth, part] of optionalArray(optionalObject(message)?.['content']).entries()) {
      const { type, image_url: image } = optionalObject(part) ?? {};
      if (type === 'text' || type === 'refusal') continue;
      if (type === 'image_url') {
        const { url, detail } = optionalObject(image) ?? {};
        const tokens = imageTokens(model.id, url, detail);
        if (tokens === undefined) unpriced ??= `messages[${at}].content[${nth}].image_url`;
        images += tokens ?? 0;
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
      textBytes(text, body, media) + TOKENS_PER_MESSAGE * messages.length + TOKENS_PER_ANSWER + images,
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
