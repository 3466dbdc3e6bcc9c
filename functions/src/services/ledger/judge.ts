import type { Timestamp } from '@google-cloud/firestore';
import { admit, type Candidate, type Refusal } from '../../domain/ledger/admit.ts';
import { type LimitState, limitStates } from '../../domain/ledger/limits.ts';
import { cancel, expire, type Settlement, settle, settleLate } from '../../domain/ledger/settle.ts';
import { advance, copyState, type LedgerState } from '../../domain/ledger/state.ts';
import type { UsageFacts } from '../../domain/usage.ts';
import { expiredUsage, lateUsage, reportedUsage, type UsageDocument } from '../../store/usage-metrics.ts';

/** Expired holds that one commit settles at most, so that it stays small. */
export const EXPIRE_PER_COMMIT = 100;

export type Operation =
  | { kind: 'admit'; candidate: Candidate }
  | { kind: 'settle'; requestId: string; facts: UsageFacts }
  /** Takes back an admission that nobody waits for any more. */
  | { kind: 'cancel'; requestId: string }
  /** Settles what is overdue; asked for by the sweep, done by every commit. */
  | { kind: 'expire' };

export type Outcome =
  | { kind: 'admitted'; limits: LimitState[] }
  | { kind: 'refused'; refusal: Refusal; limits: LimitState[] }
  | { kind: 'done' }
  /** A settlement of what was never admitted. */
  | { kind: 'unknown' }
  /** More is overdue than one commit settles. */
  | { kind: 'more' };

export interface KnownRecord {
  document: UsageDocument;
  updateTime: Timestamp;
}

export type RecordWrite =
  | { kind: 'create'; requestId: string; document: UsageDocument }
  | { kind: 'correct'; requestId: string; document: UsageDocument; updateTime: Timestamp };

export interface Judgement {
  /** The state to commit; the one that was judged is as it was. */
  state: LedgerState;
  /** One for each operation, in order. */
  outcomes: Outcome[];
  records: RecordWrite[];
  /** Whether there is anything to commit. */
  changed: boolean;
}

/**
 * Judges operations in order against a state: all of them together are one commit.
 *
 * @param known the records of the requests to be settled that the state holds nothing for (any more), and of
 *   those whose creation is known to fail; absent where there is no record
 * @param at now, in ms since the epoch
 */
export function judge(
  userId: string,
  base: LedgerState,
  operations: readonly Operation[],
  known: ReadonlyMap<string, KnownRecord>,
  at: number,
): Judgement {
  const state = copyState(base);
  advance(state, at);
  const records: RecordWrite[] = [];
  const ended = new Set<string>();
  let changed = false;

  const end = (requestId: string, document: UsageDocument): void => {
    records.push({ kind: 'create', requestId, document });
    ended.add(requestId);
    changed = true;
  };
  /** A hold whose record is there already counts no second time; it only goes. */
  const dropRecorded = (requestId: string): boolean => {
    if (!known.has(requestId) || !cancel(state, requestId)) return false;
    ended.add(requestId);
    changed = true;
    return true;
  };
  const settleOne = (requestId: string, facts: UsageFacts): Outcome => {
    if (dropRecorded(requestId)) return { kind: 'done' };
    const settlement = settle(state, requestId, amountOf(facts));
    if (settlement) {
      end(requestId, reportedUsage(userId, settlement, facts));
      return { kind: 'done' };
    }
    if (ended.has(requestId)) return { kind: 'done' };
    const record = known.get(requestId);
    if (record === undefined) return { kind: 'unknown' };
    if (record.document.settlement !== 'expired') return { kind: 'done' };
    const { costNanoUsd, timestamp } = record.document;
    const settled = { nanoUsd: costNanoUsd, settledAt: timestamp.toMillis() };
    const document = lateUsage(record.document, facts, settleLate(state, settled, facts.costNanoUsd));
    records.push({ kind: 'correct', requestId, document, updateTime: record.updateTime });
    ended.add(requestId);
    changed = true;
    return { kind: 'done' };
  };
  const judgeOne = (operation: Operation): Outcome => {
    switch (operation.kind) {
      case 'admit': {
        const isHeld = state.holds.has(operation.candidate.requestId);
        const refusal = admit(state, operation.candidate);
        if (refusal) return { kind: 'refused', refusal, limits: limitStates(state) };
        changed ||= !isHeld;
        return { kind: 'admitted', limits: limitStates(state) };
      }
      case 'settle':
        return settleOne(operation.requestId, operation.facts);
      case 'cancel':
        changed = cancel(state, operation.requestId) || changed;
        return { kind: 'done' };
      case 'expire':
        return { kind: isAnyOverdue(state) ? 'more' : 'done' };
    }
  };

  // What the batch itself settles is settled as reported, also when it comes late.
  const reported = new Set(operations.flatMap((op) => (op.kind === 'settle' ? [op.requestId] : [])));
  for (const requestId of known.keys()) if (!reported.has(requestId)) dropRecorded(requestId);
  for (const settlement of expire(state, EXPIRE_PER_COMMIT, reported)) endExpired(settlement);
  const outcomes = operations.map(judgeOne);
  return { state, outcomes, records, changed };

  function endExpired(settlement: Settlement): void {
    end(settlement.hold.requestId, expiredUsage(userId, settlement));
  }
}

const amountOf = ({ usage, costNanoUsd }: UsageFacts) => ({
  tokens: usage.inputTokens + usage.outputTokens,
  nanoUsd: costNanoUsd,
});

function isAnyOverdue(state: LedgerState): boolean {
  for (const hold of state.holds.values()) if (hold.deadline <= state.asOf) return true;
  return false;
}
