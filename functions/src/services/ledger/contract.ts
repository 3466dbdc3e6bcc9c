import type { Claim, StoredAnswer } from '../../domain/idempotency.ts';
import type { KeyUse } from '../../domain/ledger/key-access.ts';
import type { LimitState } from '../../domain/ledger/limits.ts';
import type { UsageFacts } from '../../domain/usage.ts';

/** A request to be let in: who asks, by which credential, and the upper bound of what it may take. */
export type AdmissionRequest = BoundedRequest & (SessionCredential | KeyCredential);

/**
 * A request under way that is to be tried once more, maybe at another model. `hold` is what is to be held in all from
 * then on: what the attempts so far may be billed, and the bound of the next one.
 */
export type ExtensionRequest = Pick<BoundedRequest, 'requestId' | 'userId' | 'hold'> & {
  call: Pick<BoundedRequest['call'], 'provider' | 'model'>;
} & (SessionCredential | KeyCredential);

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
  /** Where the request came with an Idempotency-Key: the key as it was sent, and a hash of the body. */
  idempotency?: { key: string; bodyHash: string } | undefined;
}

export type { Claim, StoredAnswer } from '../../domain/idempotency.ts';
export type { KeyUse } from '../../domain/ledger/key-access.ts';
export type { LimitState, LimitUnit } from '../../domain/ledger/limits.ts';

export interface Admission {
  requestId: string;
  /** The user's limits, and after them the API key's own, whose names start with `key-`. */
  limits: LimitState[];
  /** The request has its Idempotency-Key to itself: to be given back to `settle` with the answer. */
  claim?: Claim | undefined;
  /** It was executed before under this key: this is to be answered, nothing is held, nothing is to be settled. */
  replay?: Replay | undefined;
}

export interface Replay {
  /** Of the execution. */
  requestId: string;
  answer: StoredAnswer;
}

/** Of an execution that had an Idempotency-Key: what a retry is answered for the next 24 hours, also an error. */
export interface Completion {
  claim: Claim;
  answer: StoredAnswer;
}

/** Keeps answers that are too large for a document, by the id of their claim, for at least 24 hours. */
export interface LargeAnswers {
  put(claimId: string, body: string): Promise<void>;
  /** Undefined where it is gone. */
  get(claimId: string): Promise<string | undefined>;
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
 * - conflict (409), with an Idempotency-Key that another request has, `details.reason`: `different_body`; `in_progress`
 *   (with retryAfterSeconds); `outcome_unknown`, its process died; `answer_too_large` to have been kept
 * - unavailable (503, with retryAfterSeconds): the queue or the database took too long
 * Those of a limit carry `details: { limit, limits }`: its name and the state of all, as LimitState.
 */
export interface Ledger {
  /** Holds the request's bound on every limit that applies, in one atomic commit, or throws. */
  admit(request: AdmissionRequest): Promise<Admission>;
  /**
   * Makes a hold cover another attempt, judged as an admission by the credential, the model and every limit but those
   * that count requests; in one atomic commit, or throws as `admit` does and leaves the hold as it is. Asking for what
   * is held already takes nothing more; a hold never becomes smaller. Throws `conflict` where it is over.
   */
  extend(request: ExtensionRequest): Promise<void>;
  /**
   * Replaces the hold by what the call really took and writes its usage record, in one atomic commit and exactly
   * once however often it is called, by whichever instance. Throws `unavailable` where the database can't be
   * reached within half a minute; the hold is then settled in full after its deadline, so no usage is lost.
   *
   * @param completion where the admission answered a claim: kept in the same commit
   */
  settle(requestId: string, userId: string, facts: UsageFacts, completion?: Completion): Promise<void>;
  /** The limits of a user as the ledger has them now; one read, writes nothing. 401 where there is no such user. */
  limits(userId: string): Promise<LimitState[]>;
  /** An API key's own limits, likewise. 404 where there is no such key. */
  keyLimits(keyId: string): Promise<LimitState[]>;
}
