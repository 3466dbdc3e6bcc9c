import type { Timestamp } from '@google-cloud/firestore';
import { admit, type Candidate, type Refusal } from '../../domain/ledger/admit.ts';
import type { Pool } from '../../domain/ledger/lease.ts';
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
  /** The API keys whose accounts are to be committed too. */
  changedKeys: ReadonlySet<string>;
  /** The project's pool, where a lease was taken from it: to be committed too. */
  pool: Pool | undefined;
  /** Whether there is anything to commit. */
  changed: boolean;
}

/** The project's pool must be known to judge this group. */
export interface PoolWanted {
  outcomes: undefined;
}

/**
 * Judges operations in order against a state: all of them together are one commit.
 *
 * @param base with the accounts of all API keys that the operations and the overdue holds involve (see `involvedKeys`)
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
): Judgement | PoolWanted {
  const state = copyState(base);
  advance(state, at);
  const poolBefore = state.project?.pool;
  const advancedKeys = new Map(state.keys);
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
    const { costNanoUsd, timestamp, apiKeyId } = record.document;
    const settled = { nanoUsd: costNanoUsd, settledAt: timestamp.toMillis(), keyId: apiKeyId };
    const document = lateUsage(record.document, facts, settleLate(state, settled, facts.costNanoUsd));
    records.push({ kind: 'correct', requestId, document, updateTime: record.updateTime });
    ended.add(requestId);
    changed = true;
    return { kind: 'done' };
  };
  const judgeOne = (operation: Operation): Outcome | undefined => {
    switch (operation.kind) {
      case 'admit': {
        const { requestId, apiKey } = operation.candidate;
        const isHeld = state.holds.has(requestId);
        const refusal = admit(state, operation.candidate);
        if (refusal?.reason === 'pool_needed') return undefined;
        changed ||= !refusal && !isHeld;
        const limits = limitStates(state, apiKey?.id);
        return refusal ? { kind: 'refused', refusal, limits } : { kind: 'admitted', limits };
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
  const outcomes: Outcome[] = [];
  for (const operation of operations) {
    const outcome = judgeOne(operation);
    if (outcome === undefined) return { outcomes: undefined };
    outcomes.push(outcome);
  }
  const changedKeys = new Set(
    [...state.keys.keys()].filter((id) => state.keys.get(id) !== advancedKeys.get(id)),
  );
  const pool = state.project?.pool === poolBefore ? undefined : state.project?.pool;
  return { state, outcomes, records, changedKeys, pool, changed };

  function endExpired(settlement: Settlement): void {
    end(settlement.hold.requestId, expiredUsage(userId, settlement));
  }
}

/** The API keys whose accounts judging these operations may change; those that are asked for by admissions first. */
export function involvedKeys(
  { holds }: LedgerState,
  operations: readonly Operation[],
  known: ReadonlyMap<string, KnownRecord>,
  at: number,
): Set<string> {
  const keyIds = askedKeys(operations);
  const add = (keyId: string | undefined) => keyId !== undefined && keyIds.add(keyId);
  for (const operation of operations)
    if ('requestId' in operation) add(holds.get(operation.requestId)?.keyId);
  for (const hold of holds.values()) if (hold.deadline <= at) add(hold.keyId);
  for (const [requestId, { document }] of known) {
    add(document.apiKeyId);
    add(holds.get(requestId)?.keyId);
  }
  return keyIds;
}

export function askedKeys(operations: readonly Operation[]): Set<string> {
  const keyIds = new Set<string>();
  for (const operation of operations) {
    if (operation.kind === 'admit' && operation.candidate.apiKey) keyIds.add(operation.candidate.apiKey.id);
  }
  return keyIds;
}

const amountOf = ({ usage, costNanoUsd }: UsageFacts) => ({
  tokens: usage.inputTokens + usage.outputTokens,
  nanoUsd: costNanoUsd,
});

function isAnyOverdue(state: LedgerState): boolean {
  for (const hold of state.holds.values()) if (hold.deadline <= state.asOf) return true;
  return false;
}
