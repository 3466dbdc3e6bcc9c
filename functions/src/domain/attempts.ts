/** A limit on attempts: at most `max` in any window of `windowSeconds`, counted from the first of them. */
export interface AttemptLimit {
  name: string;
  max: number;
  windowSeconds: number;
}

export interface AttemptCount {
  count: number;
  /** Milliseconds since the epoch. */
  windowEndsAt: number;
}

export type AttemptVerdict =
  | { allowed: true; next: AttemptCount }
  | { allowed: false; retryAfterSeconds: number };

/** Counts one more attempt, or refuses it; a refused one is not counted. */
export function countAttempt(
  current: AttemptCount | undefined,
  limit: AttemptLimit,
  now: number,
): AttemptVerdict {
  if (current === undefined || current.windowEndsAt <= now) {
    return { allowed: true, next: { count: 1, windowEndsAt: now + limit.windowSeconds * 1000 } };
  }
  if (current.count >= limit.max) {
    return { allowed: false, retryAfterSeconds: Math.max(1, Math.ceil((current.windowEndsAt - now) / 1000)) };
  }
  return { allowed: true, next: { ...current, count: current.count + 1 } };
}
