import type { Timestamp } from '@google-cloud/firestore';
import type { Claim, ClaimConflict, ClaimRequest, KnownClaim } from '../../domain/idempotency.ts';
import type { Candidate, Refusal } from '../../domain/ledger/admit.ts';
import type { Extension } from '../../domain/ledger/extend.ts';
import type { Pool } from '../../domain/ledger/lease.ts';
import type { LimitState } from '../../domain/ledger/limits.ts';
import type { LedgerState } from '../../domain/ledger/state.ts';
import type { UsageFacts } from '../../domain/usage.ts';
import type { UsageDocument } from '../../store/usage-metrics.ts';

/** What one caller wants of one user's ledger. */
export type Operation =
  | { kind: 'admit'; candidate: Candidate; claim?: ClaimRequest | undefined }
  /** Makes a hold cover another attempt. */
  | { kind: 'extend'; extension: Extension }
  | { kind: 'settle'; requestId: string; facts: UsageFacts; completion?: KnownClaim | undefined }
  /** Takes back an admission that nobody waits for any more, and its claim. */
  | { kind: 'cancel'; requestId: string; claim: ClaimRequest | undefined }
  /** Settles what is overdue; asked for by the sweep, done by every commit. */
  | { kind: 'expire' };

export type Outcome =
  | { kind: 'admitted'; limits: LimitState[]; claim: Claim | undefined }
  | { kind: 'refused'; refusal: Refusal; limits: LimitState[] }
  /** Executed before, under the same Idempotency-Key. */
  | { kind: 'replay'; claim: KnownClaim & { state: 'done' }; limits: LimitState[] }
  | { kind: 'conflict'; reason: ClaimConflict }
  | { kind: 'extended' }
  /** An extension of what is not held any more. */
  | { kind: 'not_held' }
  | { kind: 'done' }
  /** A settlement of what was never admitted. */
  | { kind: 'unknown' }
  /** More is overdue than one commit settles. */
  | { kind: 'more' };

export interface KnownRecord {
  document: UsageDocument;
  updateTime: Timestamp;
}

/** A claim that was read, and by which version. */
export interface ReadClaim {
  claim: KnownClaim;
  updateTime: Timestamp;
}

export type RecordWrite =
  | { kind: 'create'; requestId: string; document: UsageDocument }
  | { kind: 'correct'; requestId: string; document: UsageDocument; updateTime: Timestamp };

export type ClaimWrite =
  | { kind: 'create' | 'set'; claim: KnownClaim }
  /** In the place of one that has expired. */
  | { kind: 'replace'; claim: KnownClaim; updateTime: Timestamp }
  | { kind: 'delete' };

export interface Judgement {
  /** The state to commit; the one that was judged is as it was. */
  state: LedgerState;
  /** One for each operation, in order. */
  outcomes: Outcome[];
  records: RecordWrite[];
  /** By their ids. */
  claims: ReadonlyMap<string, ClaimWrite>;
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

/** Documents that a commit of this judgement writes. */
export const writesOf = ({ changedKeys, pool, records, claims }: Judgement): number =>
  1 + changedKeys.size + (pool ? 1 : 0) + records.length + claims.size;

export function askedKeys(operations: readonly Operation[]): Set<string> {
  const keyIds = new Set<string>();
  for (const operation of operations) {
    const keyId = askerOf(operation)?.apiKey?.id;
    if (keyId !== undefined) keyIds.add(keyId);
  }
  return keyIds;
}

/** Who asks to be let in, or to be let in once more; undefined where nobody does. */
export function askerOf(operation: Operation): Candidate | Extension | undefined {
  if (operation.kind === 'admit') return operation.candidate;
  return operation.kind === 'extend' ? operation.extension : undefined;
}

/** The API keys whose accounts judging these operations may change. */
export function involvedKeys(
  { holds }: LedgerState,
  operations: readonly Operation[],
  known: ReadonlyMap<string, KnownRecord>,
  at: number,
): Set<string> {
  const keyIds = askedKeys(operations);
  const add = (keyId: string | undefined) => keyId !== undefined && keyIds.add(keyId);
  for (const operation of operations) {
    if ('requestId' in operation) add(holds.get(operation.requestId)?.keyId);
    if (operation.kind === 'extend') add(holds.get(operation.extension.requestId)?.keyId);
  }
  for (const hold of holds.values()) if (hold.deadline <= at) add(hold.keyId);
  for (const [requestId, { document }] of known) {
    add(document.apiKeyId);
    add(holds.get(requestId)?.keyId);
  }
  return keyIds;
}

/** Records are read where the state holds nothing (any more), or where creating one has just failed. */
export function recordsToRead(
  operations: readonly Operation[],
  { holds }: LedgerState,
  isSuspect: boolean,
  now: number,
): string[] {
  const ids = new Set<string>();
  for (const operation of operations) {
    if (operation.kind !== 'settle') continue;
    if (isSuspect || !holds.has(operation.requestId)) ids.add(operation.requestId);
  }
  if (isSuspect) for (const hold of holds.values()) if (hold.deadline <= now) ids.add(hold.requestId);
  return [...ids];
}

/** Claims are read where they are likely to be there already: seen before, or where creating one has just failed. */
export function claimsToRead(
  operations: readonly Operation[],
  isSuspect: boolean,
  isSeen: (id: string) => boolean,
): string[] {
  const ids = new Set<string>();
  for (const operation of operations) {
    if (operation.kind !== 'admit' || !operation.claim) continue;
    if (isSuspect || isSeen(operation.claim.id)) ids.add(operation.claim.id);
  }
  return [...ids];
}
