import type { UsageFacts } from '../../domain/usage.ts';

/** A request to be let in: who asks, and the upper bound of what it may take. */
export interface AdmissionRequest {
  /** Server-made and random; the id of the hold and of the usage record. */
  requestId: string;
  userId: string;
  /** Seconds since the epoch at which the user signed in; refused when it lies before the user's `validSince`. */
  authTime: number;
  hold: {
    /** LLM tokens, input and output bound together. */
    tokens: number;
    /** Whole nano-USD; undefined where the model has no known price. */
    nanoUsd: number | undefined;
  };
  /** Milliseconds since the epoch by which the request is over, drain included. */
  deadline: number;
  /** What the record says should the request be abandoned. */
  call: { provider: string; model: string; route: string };
}

/** One limit as it stands after an admission or a refusal; the source of the RateLimit headers. */
export interface LimitState {
  /** For instance `tokens`, `requests-per-minute`, `concurrency`, `budget-day`. */
  name: string;
  limit: number;
  remaining: number;
  /** Seconds until the limit is whole again (bucket) or its window or period ends. */
  resetSeconds: number;
  /** Window in seconds, where the limit has one. */
  windowSeconds?: number;
}

export interface Admission {
  requestId: string;
  limits: LimitState[];
}

/**
 * The one door through which requests are let in and accounted for.
 *
 * `admit` holds the bound on every limit in one atomic commit or throws a GatewayError and writes nothing:
 * unauthenticated (disabled, signed out), budget_exceeded, unprocessable (could never fit), rate_limited
 * (details name the limit, its state and when to come back; `limits` on the error feeds the headers), unavailable.
 * `settle` replaces the hold by what the call really took and writes its usage record, exactly once however
 * often it is called.
 */
export interface Ledger {
  admit(request: AdmissionRequest): Promise<Admission>;
  settle(requestId: string, userId: string, facts: UsageFacts): Promise<void>;
  /** The limits of a user as the ledger has them now; reads, writes nothing. */
  limits(userId: string): Promise<LimitState[]>;
}
