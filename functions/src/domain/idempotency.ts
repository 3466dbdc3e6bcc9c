import { createHash } from 'node:crypto';

/** How long a claim stands and an answer is kept. */
export const CLAIM_MS = 24 * 3_600_000;

/** A request that came with an Idempotency-Key. */
export interface ClaimRequest {
  /** See `claimIdOf`. */
  id: string;
  /** A uid or the id of an API key: each has its own keys. */
  principalId: string;
  /** Of the request's body, made by the caller. */
  bodyHash: string;
}

/** That one execution has the key. Times in ms since the epoch. */
export interface Claim extends ClaimRequest {
  requestId: string;
  createdAt: number;
  expiresAt: number;
}

/** What was answered, an error too: a retry gets it again. */
export interface StoredAnswer {
  status: number;
  /** Those that belong to the answer, in lower case. */
  headers: Record<string, string>;
  /** JSON. */
  body: string;
}

/** A claim as the database has it. */
export type KnownClaim = Claim &
  (
    | { state: 'in_progress' }
    /** The body is kept elsewhere where it is null. */
    | { state: 'done'; answer: Omit<StoredAnswer, 'body'> & { body: string | null } }
    /** Executed, but the answer was too large to keep. */
    | { state: 'done_not_kept' }
  );

/** Why a request may not be executed under its key. */
export type ClaimConflict = 'different_body' | 'in_progress' | 'outcome_unknown' | 'answer_too_large';

export type ClaimVerdict =
  | { kind: 'free' }
  | { kind: 'replay'; claim: KnownClaim & { state: 'done' } }
  | { kind: 'conflict'; reason: ClaimConflict };

/** One id for a principal and a key, whatever characters the key has. */
export const claimIdOf = (principalId: string, key: string): string =>
  createHash('sha256').update(`${principalId}\n${key}`).digest('base64url');

/**
 * Whether a request has its key to itself.
 *
 * @param isRunning whether the execution that has the key is still held for
 * @param at now, in ms since the epoch; a claim that has expired may still be there, and counts no more
 */
export function judgeClaim(
  asked: ClaimRequest,
  known: KnownClaim | undefined,
  isRunning: (requestId: string) => boolean,
  at: number,
): ClaimVerdict {
  if (known === undefined || known.expiresAt <= at) return { kind: 'free' };
  if (known.bodyHash !== asked.bodyHash) return { kind: 'conflict', reason: 'different_body' };
  switch (known.state) {
    case 'done':
      return { kind: 'replay', claim: known };
    case 'done_not_kept':
      return { kind: 'conflict', reason: 'answer_too_large' };
    case 'in_progress':
      return { kind: 'conflict', reason: isRunning(known.requestId) ? 'in_progress' : 'outcome_unknown' };
  }
}

export const claimFor = (asked: ClaimRequest, requestId: string, admittedAt: number): Claim => ({
  ...asked,
  requestId,
  createdAt: admittedAt,
  expiresAt: admittedAt + CLAIM_MS,
});
