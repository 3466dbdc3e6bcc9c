import type { KeyUse } from '../../domain/ledger/key-access.ts';
import type { LimitState } from '../../domain/ledger/limits.ts';
import type { UsageFacts } from '../../domain/usage.ts';

/** A request to be let in: who asks, by which credential, and the upper bound of what it may take. */
export type AdmissionRequest = BoundedRequest & (SessionCredential | KeyCredential);

/** An access token or a client token. */
interface SessionCredential {
  /** Seconds since the epoch at which the user signed in; refused when it lies before the user's `validSince`. */
  authTime: number;
  apiKey?: undefined;
}

/** An API key of the user's: the request is held against its account too. Signing out doesn't end it, disabling does. */
interface KeyCredential {
  apiKey: KeyUse;
  authTime?: undefined;
}

interface BoundedRequest {
  /** Server-made and random; the id of the hold and of the usage record. */
  requestId: string;
  userId: string;
  hold: {
    /** LLM tokens, input and output bound together. */
    tokens: number;
    /** How many of them are output, for the record should the request be abandoned. Absent: none. */
    outputTokens?: number;
    /** Whole nano-USD; undefined where the model has no known price. */
    nanoUsd: number | undefined;
  };
  /** Milliseconds since the epoch by which the request is over, drain included. */
  deadline: number;
  /** What the record says should the request be abandoned. */
  call: { provider: string; model: string; route: string };
}

export type { KeyUse } from '../../domain/ledger/key-access.ts';
export type { LimitState, LimitUnit } from '../../domain/ledger/limits.ts';

export interface Admission {
  requestId: string;
  /** The user's limits, and after them the API key's own, whose names start with `key-`. */
  limits: LimitState[];
}

/**
 * The one door through which requests are let in and accounted for.
 *
 * Errors of `admit`, all GatewayErrors; a refusal writes nothing and consumes nothing:
 * - unauthenticated (401): no such user, disabled, or signed out since `authTime`; the API key unknown, another user's,
 *   revoked, expired, or rotated since it was verified
 * - forbidden (403): the tier, an override or the API key doesn't allow the model, the key not the provider or the scope
 * - unprocessable (422): larger than a limit itself, or no known price where a budget applies
 * - budget_exceeded (402): blocked by what is already spent
 * - rate_limited (429, with retryAfterSeconds): blocked for now, by the bucket or by requests under way
 *   (of the project's budget: those of anybody)
 * - unavailable (503, with retryAfterSeconds): the queue or the database took too long
 * Those of a limit carry `details: { limit, limits }`: its name and the state of all, as LimitState.
 */
export interface Ledger {
  /** Holds the request's bound on every limit that applies, in one atomic commit, or throws. */
  admit(request: AdmissionRequest): Promise<Admission>;
  /**
   * Replaces the hold by what the call really took and writes its usage record, in one atomic commit and exactly
   * once however often it is called, by whichever instance. Throws `unavailable` where the database can't be
   * reached within half a minute; the hold is then settled in full after its deadline, so no usage is lost.
   */
  settle(requestId: string, userId: string, facts: UsageFacts): Promise<void>;
  /** The limits of a user as the ledger has them now; one read, writes nothing. 401 where there is no such user. */
  limits(userId: string): Promise<LimitState[]>;
  /** An API key's own limits, likewise. 404 where there is no such key. */
  keyLimits(keyId: string): Promise<LimitState[]>;
}
