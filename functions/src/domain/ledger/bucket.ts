/**
 * Token-bucket arithmetic in whole numbers. A level is counted in 1/60000 of a token, so that a rate of r tokens
 * a minute is exactly r units a millisecond: no refill is ever rounded, however often it is done.
 */
export const UNITS = 60_000;

export interface BucketLimit {
  /** Whole tokens. */
  capacity: number;
  /** Whole tokens a minute, which are units a millisecond. */
  refillPerMinute: number;
}

/**
 * The level after `elapsedMs`. Clamps level + held, not level, to the capacity: what is held may come back, and
 * a bucket that had refilled meanwhile would then allow twice its capacity in one window (I2).
 */
export function refill(level: number, heldTokens: number, limit: BucketLimit, elapsedMs: number): number {
  return Math.min(level + limit.refillPerMinute * elapsedMs, (limit.capacity - heldTokens) * UNITS);
}

/** Milliseconds of refilling until the level covers `tokens`; 0 when it does, Infinity when it never will. */
export function msUntilCovered(level: number, tokens: number, limit: BucketLimit): number {
  const missing = tokens * UNITS - level;
  if (missing <= 0) return 0;
  return limit.refillPerMinute > 0 ? Math.ceil(missing / limit.refillPerMinute) : Number.POSITIVE_INFINITY;
}
