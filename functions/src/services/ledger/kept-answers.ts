import { GatewayError } from '../../domain/errors.ts';
import type { ClaimConflict, KnownClaim } from '../../domain/idempotency.ts';
import type { Completion, LargeAnswers, StoredAnswer } from './contract.ts';
import type { LedgerEvent } from './ledger-event.ts';

/** Of body and headers: a document holds 1 MiB, some of it for the rest. */
const MOST_BYTES = 900_000;

/** Where the answers of requests with an Idempotency-Key are kept: in their claims, or else where large ones go. */
export function keptAnswers(large: LargeAnswers | undefined, onEvent: (event: LedgerEvent) => void) {
  return {
    /** What the claim's document is to say; a large answer is in its place by then. */
    async keep({ claim, answer }: Completion): Promise<KnownClaim> {
      const bytes = Buffer.byteLength(answer.body) + Buffer.byteLength(JSON.stringify(answer.headers));
      if (bytes <= MOST_BYTES) return { ...claim, state: 'done', answer };
      if (!large) return { ...claim, state: 'done_not_kept' };
      try {
        await large.put(claim.id, answer.body);
      } catch (error) {
        onEvent({ type: 'answer-not-kept', requestId: claim.requestId, error });
        return { ...claim, state: 'done_not_kept' };
      }
      return { ...claim, state: 'done', answer: { ...answer, body: null } };
    },

    /** @throws GatewayError `conflict` where a large answer is gone */
    async load({ id, answer }: KnownClaim & { state: 'done' }): Promise<StoredAnswer> {
      const body = answer.body ?? (await large?.get(id));
      if (body === undefined) throw conflictError('answer_too_large');
      return { ...answer, body };
    },
  };
}

const MESSAGES: Record<ClaimConflict, string> = {
  different_body: 'This Idempotency-Key was used with another body. Use a new key for a new request.',
  in_progress: 'The first request with this Idempotency-Key is still under way.',
  outcome_unknown:
    'The first request with this Idempotency-Key broke off; it may have been executed. Use a new key to run it again.',
  answer_too_large:
    'The first request with this Idempotency-Key was executed, but its answer was too large to keep.',
};

export const conflictError = (reason: ClaimConflict): GatewayError =>
  new GatewayError('conflict', MESSAGES[reason], {
    details: { reason },
    ...(reason === 'in_progress' && { retryAfterSeconds: 1 }),
  });
