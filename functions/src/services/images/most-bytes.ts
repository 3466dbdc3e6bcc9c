/** The most pixels that a model makes by itself, and where it is asked for them: Gemini's 12288x1536. */
const AUTO_PIXELS = 3840 * 2160;
const MAX_PIXELS = 12_288 * 1_536;
/** Of a picture beside its pixels: header, colour profile, the note of where it is from. */
const OVERHEAD = 1024 * 1024;

/** The most bytes that a picture can take in any format: four a pixel, and something. @param size as it is asked for */
export function mostBytes(size: string): number {
  const [, width, height] = /^(\d+)x(\d+)$/.exec(size) ?? [];
  const pixels = Number(width) * Number(height);
  return 4 * (pixels > 0 ? Math.min(pixels, MAX_PIXELS) : AUTO_PIXELS) + OVERHEAD;
}
