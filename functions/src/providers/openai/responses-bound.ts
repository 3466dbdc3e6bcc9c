import type { EndpointBound, Model } from '../contract.ts';
import { isMedia, optionalArray, optionalObject, textBytes, type WireObject } from '../wire.ts';
import { TOKENS_PER_ANSWER, TOKENS_PER_MESSAGE } from './format-tokens.ts';
import { imageTokens } from './images.ts';
import { isPricedTier } from './service-tier.ts';

/** Items and parts whose tokens are those of the text in them. */
const TEXT_ITEMS = new Set([
  'message',
  'function_call',
  'function_call_output',
  'custom_tool_call',
  'custom_tool_call_output',
  'reasoning',
]);
const TEXT_PARTS = new Set(['input_text', 'output_text', 'refusal', 'summary_text', 'reasoning_text']);

/** Fields that bring in what the request does not show. */
const REMOTE = ['previous_response_id', 'conversation', 'prompt', 'context_management'];

/**
 * The bound of a response's body. Input and output as of a chat completion. What it can't price: hosted tools,
 * stored conversations and prompts, files, images that may be of any size, compaction, the priority tier.
 */
export function responsesBound(body: WireObject, text: string, model: Model): EndpointBound {
  const media: string[] = [];
  /** In tokens. */
  let images = 0;
  let unpriced = unpricedField(body);
  const items = optionalArray(body['input']);
  for (const [at, value] of items.entries()) {
    const item = optionalObject(value) ?? {};
    const { type = 'message' } = item;
    if (!TEXT_ITEMS.has(`${type}`)) unpriced ??= `input[${at}]`;
    for (const [nth, part] of optionalArray(item['content'] ?? item['output']).entries()) {
      const { type: kind, image_url: url, detail } = optionalObject(part) ?? {};
      if (TEXT_PARTS.has(`${kind}`)) continue;
      if (kind === 'input_image') {
        const tokens = imageTokens(model.id, url, detail);
        if (tokens === undefined) unpriced ??= `input[${at}].content[${nth}].image_url`;
        images += tokens ?? 0;
        if (typeof url === 'string' && url.startsWith('data:') && isMedia(url)) media.push(url);
      } else {
        unpriced ??= `input[${at}].content[${nth}]`;
      }
    }
  }
  const most = body['max_output_tokens'];
  return {
    inputTokens:
      textBytes(text, body, media) + TOKENS_PER_MESSAGE * (items.length + 2) + TOKENS_PER_ANSWER + images,
    outputTokens: typeof most === 'number' ? most : 0,
    cacheWrites: '5m',
    ...(unpriced !== undefined && { unpriced }),
  };
}

function unpricedField(body: WireObject): string | undefined {
  const remote = REMOTE.find((name) => body[name] != null);
  if (remote !== undefined) return remote;
  if (!isPricedTier(body['service_tier'])) return 'service_tier';
  const hosted = optionalArray(body['tools']).findIndex((tool) => {
    const type = optionalObject(tool)?.['type'];
    return type !== 'function' && type !== 'custom';
  });
  return hosted < 0 ? undefined : `tools[${hosted}]`;
}
