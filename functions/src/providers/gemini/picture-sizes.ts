/**
 * The sizes of Gemini's pictures: https://ai.google.dev/gemini-api/docs/image-generation#aspect_ratios_and_image_size.
 * A picture is asked for by an aspect ratio and one of three sizes, of which 2K and 4K have twice and four times the sides.
 */
const COMMON: Readonly<Record<string, readonly [number, number]>> = {
  '1:1': [1024, 1024],
  '2:3': [848, 1264],
  '3:2': [1264, 848],
  '3:4': [896, 1200],
  '4:3': [1200, 896],
  '4:5': [928, 1152],
  '5:4': [1152, 928],
  '9:16': [768, 1376],
  '16:9': [1376, 768],
  '21:9': [1584, 672],
};
const NARROW: typeof COMMON = {
  '1:4': [512, 2048],
  '4:1': [2048, 512],
  '1:8': [384, 3072],
  '8:1': [3072, 384],
};

/** What a model is told of the size; without an `imageSize` it is 1K. */
export interface ImageConfig {
  aspectRatio: string;
  imageSize?: '2K' | '4K';
}

/** Those that a picture model has, by `1376x768`. Nano Banana 2 Lite has 1K alone, and refuses even to be told so. */
const SIZES: Readonly<Record<string, ReadonlyMap<string, ImageConfig>>> = {
  'gemini-nano-banana-2.1': sizes({ ...COMMON, ...NARROW }, true),
  'gemini-3-pro-image': sizes(COMMON, true),
  'gemini-3.1-flash-lite-image': sizes(COMMON, false),
};

function sizes(ratios: typeof COMMON, hasLarger: boolean): ReadonlyMap<string, ImageConfig> {
  const all = new Map<string, ImageConfig>();
  for (const [aspectRatio, [width, height]] of Object.entries(ratios)) {
    all.set(`${width}x${height}`, { aspectRatio });
    if (!hasLarger) continue;
    all.set(`${width * 2}x${height * 2}`, { aspectRatio, imageSize: '2K' });
    all.set(`${width * 4}x${height * 4}`, { aspectRatio, imageSize: '4K' });
  }
  return all;
}

/**
 * How a model is told a size.
 *
 * @param size `1376x768`, or `auto`, of which nothing is told: then it is 1K, as the prompt or the first picture suggest
 * @returns undefined where it has no such size
 */
export function imageConfigOf(modelId: string, size: string): { imageConfig?: ImageConfig } | undefined {
  if (size === 'auto') return {};
  const imageConfig = SIZES[modelId]?.get(size);
  return imageConfig && { imageConfig };
}

/** For a caller who asked for another. */
export const sizesOf = (modelId: string): string => ['auto', ...(SIZES[modelId]?.keys() ?? [])].join(', ');
