import type { UpstreamError } from '../../providers/contract.ts';

/** What may follow a failed attempt: the same model again, another one only, or nothing. */
export type Verdict = 'again' | 'elsewhere' | 'final';

/** Before the second attempt; doubled before each further one. Most hiccups are over by then. */
const BASE_MS = 250;
/** Nobody who waits for an answer is kept waiting longer between two attempts, unless the provider says when. */
const MOST_BACKOFF_MS = 4_000;
/** A longer Retry-After is for the caller: until then the request would only hold what others could use. */
const MOST_RETRY_AFTER_MS = 30_000;
/** Where another model could answer meanwhile. */
const MOST_RETRY_AFTER_MS_WITH_OTHERS = 2_000;
/** Left for another attempt; with less it would only be cut off and paid for. */
export const LEAST_LEFT_MS = 500;

/** Statuses that say "not now" in a kind that says "never". */
const PASSING = new Set([408, 409, 429]);

export function verdictOn(error: UpstreamError | undefined): Verdict {
  // A fault of ours would only happen again.
  if (error === undefined) return 'final';
  switch (error.kind) {
    case 'rate_limited':
    case 'overloaded':
    case 'server_error':
    case 'connection':
    case 'malformed':
    case 'timeout':
      return 'again';
    case 'unauthenticated':
    case 'not_found':
      return 'elsewhere';
    case 'invalid_request':
      return PASSING.has(error.status ?? 0) ? 'again' : 'final';
    case 'aborted':
      return 'final';
  }
}

/**
 * How long to wait before the same model is tried again: what the provider says, else exponential with full jitter,
 * so that many who failed together don't come back together. Undefined: not at all, it would take too long.
 */
export function waitMs({
  failures,
  retryAfterSeconds,
  hasOthers,
  leftMs,
  random,
}: {
  /** At this model, one at least. */
  failures: number;
  retryAfterSeconds: number | undefined;
  hasOthers: boolean;
  /** Until the request's deadline. */
  leftMs: number;
  random: () => number;
}): number | undefined {
  const most = hasOthers ? MOST_RETRY_AFTER_MS_WITH_OTHERS : MOST_RETRY_AFTER_MS;
  const asked = retryAfterSeconds === undefined ? 0 : retryAfterSeconds * 1000;
  const backoff = Math.min(MOST_BACKOFF_MS, BASE_MS * 2 ** (failures - 1));
  const wait = asked + Math.floor(random() * (asked > 0 ? BASE_MS : backoff));
  return asked > most || wait + LEAST_LEFT_MS > leftMs ? undefined : wait;
}
