/**
 * How many tokens a picture is that an image model makes. Sources: the cost table and calculator of
 * https://developers.openai.com/api/docs/guides/image-generation; checked against the published figures in the test.
 * - From GPT Image 2 on: a grid whose longer side depends on the quality and whose shorter side follows the picture's,
 *   times (2,000,000 + pixels) / 4,000,000.
 * - Before: a figure for each quality and size.
 */
const GRIDS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  'gpt-image-2': { low: 16, medium: 48, high: 96 },
  'gpt-image-2.5-flare': { low: 16, medium: 24, high: 48, xhigh: 64, max: 96 },
  'gpt-image-2.5-sunburst': { low: 16, medium: 24, high: 48, xhigh: 64, max: 96 },
};

const TABLES: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, number>>>>>> = {
  'gpt-image-1-mini': {
    low: { '1024x1024': 272, '1024x1536': 408, '1536x1024': 400 },
    medium: { '1024x1024': 1056, '1024x1536': 1584, '1536x1024': 1568 },
    high: { '1024x1024': 4160, '1024x1536': 6240, '1536x1024': 6208 },
  },
};

/** The most pixels that a picture may have, and so the dearest size there is: a square of that many. */
const MAX_PIXELS = 3840 * 2160;
const DEAREST = { width: Math.sqrt(MAX_PIXELS), height: Math.sqrt(MAX_PIXELS) };

/**
 * The most tokens that a picture can be that goes into one: as of the chat models, whose patches of 32 pixels are 2.46
 * tokens at most, and 10,000 patches where a model makes it smaller or larger first (images.ts).
 */
export function givenImageTokens({ width, height }: { width: number; height: number }): number {
  return Math.ceil(Math.max(10_000, Math.ceil(width / 32) * Math.ceil(height / 32)) * 2.46);
}

/** What each unfinished picture of a stream adds. */
export const PARTIAL_TOKENS = 100;

/**
 * The most tokens that a picture can be. `auto`, or whatever is not documented, may be the dearest there is.
 *
 * @param size as the request has it
 */
export function madeImageTokens(modelId: string, size: unknown, quality: unknown): number {
  const grid = GRIDS[modelId];
  if (grid) {
    const side = grid[`${quality}`] ?? Math.max(...Object.values(grid));
    return gridTokens(side, sizeOf(size) ?? DEAREST);
  }
  const table = TABLES[modelId];
  if (!table) throw new Error(`No documented output of ${modelId}`);
  const row = table[`${quality}`];
  const cells = (row ? [row] : Object.values(table)).map(
    (each) => each[`${size}`] ?? Math.max(...Object.values(each)),
  );
  return Math.max(...cells);
}

function gridTokens(longer: number, { width, height }: { width: number; height: number }): number {
  const shorter = Math.ceil((longer * Math.min(width, height)) / Math.max(width, height));
  return Math.ceil((longer * shorter * (2_000_000 + width * height)) / 4_000_000);
}

/** Undefined for `auto`, and for a size that no model takes: the provider will refuse it. */
function sizeOf(size: unknown): { width: number; height: number } | undefined {
  const [, width, height] = /^([1-9]\d{0,4})x([1-9]\d{0,4})$/.exec(`${size}`) ?? [];
  const pixels = Number(width) * Number(height);
  return pixels <= MAX_PIXELS ? { width: Number(width), height: Number(height) } : undefined;
}
