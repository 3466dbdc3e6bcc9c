import { imageHeader } from '../image-header.ts';

/**
 * The most tokens that one image can take. Source: https://developers.openai.com/api/docs/guides/images-vision,
 * "Calculating costs" and "Model sizing behavior".
 * - Models that cut images into tiles of 512 pixels: within 2048 x 768 pixels, so 8 tiles beside the base tokens.
 * - Models that cut them into patches of 32 pixels, each a token times the model's multiplier, of which 2.46 is the
 *   largest documented: 1,536 patches at most, or 2,500 (GPT-5.4, GPT-5.5) and 10,000 at the detail `original`.
 * - GPT-5.6 and whatever is newer: no maximum, unless the detail is `low` or `high`; `auto`, the default, keeps the
 *   image as large as it is.
 */
const TILED: Readonly<Record<string, number>> = {
  'gpt-4o': 85 + 8 * 170,
  'gpt-4o-mini': 2833 + 8 * 5667,
  'gpt-4.1': 85 + 8 * 170,
};
const SCALED = /^gpt-(4\.1|5|5\.[1-5])(-|$)/;
const SCALED_DETAILS: readonly unknown[] = ['low', 'high'];
const UNSCALED = /^gpt-(5\.[6-9]|[6-9])/;

const PATCH_PIXELS = 32;
const TOKENS_PER_PATCH = 2.46;
const SCALED_TOKENS = 10_000 * TOKENS_PER_PATCH;

/**
 * @param image its URL, data URLs included
 * @returns undefined where it has no bound: it may not be scaled down, and its size is not known
 */
export function imageTokens(modelId: string, image: unknown, detail: unknown): number | undefined {
  const tiled = TILED[modelId];
  if (tiled !== undefined) return tiled;
  if (SCALED.test(modelId) || SCALED_DETAILS.includes(detail)) return SCALED_TOKENS;
  const patches = patchesOf(image);
  if (patches === undefined) return undefined;
  const tokens = Math.ceil(patches * TOKENS_PER_PATCH);
  // Another maker's model may cut it finer, and then has a maximum.
  return UNSCALED.test(modelId) ? tokens : Math.max(SCALED_TOKENS, tokens);
}

function patchesOf(image: unknown): number | undefined {
  if (typeof image !== 'string') return undefined;
  const [head = ''] = image.slice(0, 100).split(',');
  if (!head.startsWith('data:')) return undefined;
  const size = imageHeader(image.slice(head.length + 1));
  return size && Math.ceil(size.width / PATCH_PIXELS) * Math.ceil(size.height / PATCH_PIXELS);
}
