const MEGA = 1_000_000;

/** What a picture may be that is worked on, and what one request may do; within the memory of a function. */
export const IMAGE_LIMITS = {
  /** Of the file, which is held in memory. */
  bytes: 25 * 1024 * 1024,
  /** Of a picture at any step; four bytes each. */
  pixels: 25 * MEGA,
  /** Its width and height; what WebP can hold. */
  edge: 16_383,
  operations: 20,
  /** Pixels read and written by all steps together. */
  work: 200 * MEGA,
  seconds: 30,
} as const;

/** What encoding a pixel takes, beside reading or writing it. */
export const ENCODING_WORK = { png: 3, jpeg: 1, webp: 3, avif: 12, gif: 12 } as const;
