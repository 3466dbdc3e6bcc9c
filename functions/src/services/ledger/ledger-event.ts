import type { Judgement } from './operations.ts';

/** What a ledger tells of its work, for logs and metrics. */
export type LedgerEvent =
  | { type: 'commit'; userId: string; operations: number; writes: number; tookMs: number }
  | { type: 'conflict'; userId: string; failures: number; code: unknown }
  /** A provider reported more than the upper bound that was held for it: the bound is wrong. */
  | { type: 'overrun'; userId: string; requestId: string; heldNanoUsd: number; costNanoUsd: number }
  /** An answer too large for a document could not be kept elsewhere: a retry under its Idempotency-Key gets a 409. */
  | { type: 'answer-not-kept'; requestId: string; error: unknown }
  | { type: 'expired'; userId: string; requestId: string; costNanoUsd: number }
  | { type: 'late'; userId: string; requestId: string; costNanoUsd: number };

/** What a committed judgement has of note, beside that it was committed. */
export function* eventsOf(userId: string, { records }: Judgement): Generator<LedgerEvent> {
  for (const { requestId, document } of records) {
    const { costNanoUsd, heldNanoUsd, settlement, overrun } = document;
    const about = { userId, requestId, costNanoUsd };
    if (settlement !== 'reported') yield { type: settlement, ...about };
    if (overrun) yield { type: 'overrun', ...about, heldNanoUsd };
  }
}
