/**
 * The most tokens that one image can take, at any detail. Sources:
 * https://developers.openai.com/api/docs/guides/images-vision (calculating costs).
 * - Models that cut images into tiles of 512 pixels: within 2048 x 768 pixels, so 8 tiles beside the base tokens.
 * - Models that cut them into patches of 32 pixels: 10,000 of them at the detail `original`, times the largest of
 *   the documented multipliers, 2.46.
 */
const TILED: Readonly<Record<string, number>> = {
  'gpt-4o': 85 + 8 * 170,
  'gpt-4o-mini': 2833 + 8 * 5667,
  'gpt-4.1': 85 + 8 * 170,
};
const PATCHED = 24_600;

export function imageTokens(modelId: string): number {
  return TILED[modelId] ?? PATCHED;
}
