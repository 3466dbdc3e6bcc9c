import { type ClaimRequest, claimFor, judgeClaim, type KnownClaim } from '../../domain/idempotency.ts';
import { admit, type Candidate, refuseAccess } from '../../domain/ledger/admit.ts';
import { type Extension, extend } from '../../domain/ledger/extend.ts';
import { limitStates } from '../../domain/ledger/limits.ts';
import { cancel, expire, settle, settleLate } from '../../domain/ledger/settle.ts';
import { advance, copyState, type LedgerState } from '../../domain/ledger/state.ts';
import type { UsageFacts } from '../../domain/usage.ts';
import { expiredUsage, lateUsage, reportedUsage, type UsageDocument } from '../../store/usage-metrics.ts';
import type {
  ClaimWrite,
  Judgement,
  KnownRecord,
  Operation,
  Outcome,
  PoolWanted,
  ReadClaim,
  RecordWrite,
} from './operations.ts';

/** Expired holds that one commit settles at most, so that it stays small. */
export const EXPIRE_PER_COMMIT = 100;

/** What a group of operations is judged by. */
export interface Grounds {
  /** With the accounts of all API keys that the operations and the overdue holds involve (see `involvedKeys`). */
  state: LedgerState;
  /**
   * The records of the requests to be settled that the state holds nothing for (any more), and of those whose creation
   * is known to fail; absent where there is no record.
   */
  known: ReadonlyMap<string, KnownRecord>;
  /** Those that were looked for and found. */
  claims: ReadonlyMap<string, ReadClaim>;
  /** Now, in ms since the epoch. */
  at: number;
}

/** Judges operations in order against a state, which it leaves as it is: all of them together are one commit. */
export const judge = (
  userId: string,
  grounds: Grounds,
  operations: readonly Operation[],
): Judgement | PoolWanted => new Group(userId, grounds).judge(operations);

class Group {
  readonly #userId: string;
  readonly #known: ReadonlyMap<string, KnownRecord>;
  readonly #read: ReadonlyMap<string, ReadClaim>;
  readonly #state: LedgerState;
  readonly #records: RecordWrite[] = [];
  /** Claims as this group leaves them; undefined: taken back. */
  readonly #claims = new Map<string, KnownClaim | undefined>();
  readonly #claimWrites = new Map<string, ClaimWrite>();
  /** Requests that this group settles. */
  readonly #ended = new Set<string>();
  #changed = false;

  constructor(userId: string, { state, known, claims, at }: Grounds) {
    this.#userId = userId;
    this.#known = known;
    this.#read = claims;
    this.#state = copyState(state);
    advance(this.#state, at);
  }

  judge(operations: readonly Operation[]): Judgement | PoolWanted {
    const state = this.#state;
    const before = { keys: new Map(state.keys), pool: state.project?.pool };
    // What the group itself settles is settled as reported, also when it comes late.
    const reported = new Set(operations.flatMap((op) => (op.kind === 'settle' ? [op.requestId] : [])));
    for (const requestId of this.#known.keys()) if (!reported.has(requestId)) this.#dropRecorded(requestId);
    for (const settlement of expire(state, EXPIRE_PER_COMMIT, reported)) {
      this.#end(settlement.hold.requestId, expiredUsage(this.#userId, settlement));
    }
    const outcomes: Outcome[] = [];
    for (const operation of operations) {
      const outcome = this.#judgeOne(operation);
      if (outcome === undefined) return { outcomes: undefined };
      outcomes.push(outcome);
    }
    const pool = state.project?.pool;
    return {
      state,
      outcomes,
      records: this.#records,
      claims: this.#claimWrites,
      changedKeys: new Set([...state.keys.keys()].filter((id) => state.keys.get(id) !== before.keys.get(id))),
      pool: pool === before.pool ? undefined : pool,
      changed: this.#changed,
    };
  }

  #judgeOne(operation: Operation): Outcome | undefined {
    switch (operation.kind) {
      case 'admit':
        return this.#admit(operation.candidate, operation.claim);
      case 'extend':
        return this.#extend(operation.extension);
      case 'settle': {
        const changed = this.#changed;
        this.#changed = false;
        const outcome = this.#settle(operation.requestId, operation.facts);
        const { completion } = operation;
        if (completion && this.#changed) this.#writeClaim(completion.id, { kind: 'set', claim: completion });
        this.#changed ||= changed;
        return outcome;
      }
      case 'cancel':
        if (cancel(this.#state, operation.requestId)) {
          this.#changed = true;
          // The hold was there, so the claim that was made along with it is.
          if (operation.claim) this.#writeClaim(operation.claim.id, { kind: 'delete' });
        }
        return { kind: 'done' };
      case 'expire':
        return { kind: isAnyOverdue(this.#state) ? 'more' : 'done' };
    }
  }

  #admit(candidate: Candidate, asked: ClaimRequest | undefined): Outcome | undefined {
    const state = this.#state;
    const limits = () => limitStates(state, candidate.apiKey?.id);
    const held = state.holds.get(candidate.requestId);
    if (asked && !held) {
      // Also an answer that is there already is not for whoever may not come in.
      const refusal = refuseAccess(state, candidate);
      if (refusal) return { kind: 'refused', refusal, limits: limits() };
      const isRunning = (requestId: string) => state.holds.has(requestId);
      const verdict = judgeClaim(asked, this.#claimOf(asked.id), isRunning, state.asOf);
      if (verdict.kind === 'conflict') return verdict;
      if (verdict.kind === 'replay') return { ...verdict, limits: limits() };
    }
    const refusal = admit(state, candidate);
    if (refusal?.reason === 'pool_needed') return undefined;
    if (refusal) return { kind: 'refused', refusal, limits: limits() };
    const claim = asked && claimFor(asked, candidate.requestId, held?.admittedAt ?? state.asOf);
    if (!held) {
      this.#changed = true;
      if (claim) this.#claim({ ...claim, state: 'in_progress' });
    }
    return { kind: 'admitted', limits: limits(), claim };
  }

  #extend(extension: Extension): Outcome | undefined {
    const state = this.#state;
    const before = state.holds.get(extension.requestId);
    const refusal = extend(state, extension);
    if (refusal?.reason === 'pool_needed') return undefined;
    if (refusal?.reason === 'not_held') return { kind: 'not_held' };
    if (refusal) return { kind: 'refused', refusal, limits: limitStates(state, extension.apiKey?.id) };
    // Also where it covered that already: the commit proves what it was judged on.
    this.#changed ||= state.holds.get(extension.requestId) !== before;
    return { kind: 'extended' };
  }

  #settle(requestId: string, facts: UsageFacts): Outcome {
    if (this.#dropRecorded(requestId)) return { kind: 'done' };
    const { usage, costNanoUsd } = facts;
    const taken = { tokens: usage.inputTokens + usage.outputTokens, nanoUsd: costNanoUsd };
    const settlement = settle(this.#state, requestId, taken);
    if (settlement) {
      this.#end(requestId, reportedUsage(this.#userId, settlement, facts));
      return { kind: 'done' };
    }
    if (this.#ended.has(requestId)) return { kind: 'done' };
    const record = this.#known.get(requestId);
    if (record === undefined) return { kind: 'unknown' };
    if (record.document.settlement === 'expired') this.#correct(requestId, record, facts);
    return { kind: 'done' };
  }

  /** What was settled in full is settled as reported after all. */
  #correct(requestId: string, { document: expired, updateTime }: KnownRecord, facts: UsageFacts): void {
    const { costNanoUsd, timestamp, apiKeyId } = expired;
    const settled = { nanoUsd: costNanoUsd, settledAt: timestamp.toMillis(), keyId: apiKeyId };
    const document = lateUsage(expired, facts, settleLate(this.#state, settled, facts.costNanoUsd));
    this.#records.push({ kind: 'correct', requestId, document, updateTime });
    this.#ended.add(requestId);
    this.#changed = true;
  }

  /** A hold whose record is there already counts no second time; it only goes. */
  #dropRecorded(requestId: string): boolean {
    if (!this.#known.has(requestId) || !cancel(this.#state, requestId)) return false;
    this.#ended.add(requestId);
    this.#changed = true;
    return true;
  }

  #end(requestId: string, document: UsageDocument): void {
    this.#records.push({ kind: 'create', requestId, document });
    this.#ended.add(requestId);
    this.#changed = true;
  }

  #claimOf(id: string): KnownClaim | undefined {
    return this.#claims.has(id) ? this.#claims.get(id) : this.#read.get(id)?.claim;
  }

  #claim(claim: KnownClaim): void {
    const expired = this.#read.get(claim.id);
    // One that this very group takes back is overwritten, for it is there until then.
    if (this.#claims.has(claim.id)) this.#writeClaim(claim.id, { kind: 'set', claim });
    else if (expired) this.#writeClaim(claim.id, { kind: 'replace', claim, updateTime: expired.updateTime });
    else this.#writeClaim(claim.id, { kind: 'create', claim });
  }

  #writeClaim(id: string, write: ClaimWrite): void {
    this.#claimWrites.set(id, write);
    this.#claims.set(id, write.kind === 'delete' ? undefined : write.claim);
  }
}

function isAnyOverdue(state: LedgerState): boolean {
  for (const hold of state.holds.values()) if (hold.deadline <= state.asOf) return true;
  return false;
}
