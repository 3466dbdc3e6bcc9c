import type {
  DocumentReference,
  DocumentSnapshot,
  Firestore,
  Timestamp,
  WriteBatch,
} from '@google-cloud/firestore';
import { assertSound } from '../../domain/ledger/account.ts';
import type { KeyState } from '../../domain/ledger/key-state.ts';
import type { Pool } from '../../domain/ledger/lease.ts';
import type { Access, LedgerState } from '../../domain/ledger/state.ts';
import {
  keyBookFields,
  keyLedgerRef,
  keyStateFrom,
  parseKeyLedger,
} from '../../store/key-ledger-document.ts';
import {
  accessFields,
  accessOf,
  bookFields,
  ledgerRef,
  parseLedger,
  stateOf,
} from '../../store/ledger-document.ts';
import { poolFields, poolRef } from '../../store/project-pool.ts';
import { type UsageDocument, usageRef } from '../../store/usage-metrics.ts';
import type { Clock } from './clock.ts';
import type { Judgement, KnownRecord } from './judge.ts';

/** Reads what the user's own document says of access, in one read; undefined where there is no such user. */
export type LoadUser = (uid: string) => Promise<Access | undefined>;

/** A state, and by which commit it came about. */
export interface Snapshot {
  state: LedgerState;
  /** Undefined: there is no document yet. */
  updateTime: Timestamp | undefined;
  /** Whether the document says all of `state.access`. */
  isAccessStored: boolean;
}

/** The same of an API key, which has a document once it is made. */
export interface KeySnapshot {
  state: KeyState;
  updateTime: Timestamp;
}

/** The same of the project's pool. */
export interface PoolSnapshot {
  pool: Pool;
  /** Undefined: there is no document yet. */
  updateTime: Timestamp | undefined;
}

/** What a group of operations is judged on and committed against. */
export interface Base {
  user: Snapshot;
  keys: ReadonlyMap<string, KeySnapshot>;
  pool?: PoolSnapshot | undefined;
}

export interface LedgerStoreOptions {
  firestore: () => Firestore;
  loadUser: LoadUser;
  clock: Clock;
  localNow: () => number;
  /** Told of every document read and written, as Firestore bills them. */
  onOperations: (reads: number, writes: number) => void;
}

/** A ledger's reads and its one commit. None of it is a transaction: a process that died in one would block all. */
export class LedgerStore {
  readonly #options: LedgerStoreOptions;

  constructor(options: LedgerStoreOptions) {
    this.#options = options;
  }

  /**
   * The state as the database has it, and those of some of the user's API keys, in one go; undefined where there is no
   * such user. The ledger's document is read before the user's: an admin's change in between makes the commit fail its
   * precondition.
   */
  async read(
    uid: string,
    keyIds: readonly string[] = [],
  ): Promise<{ user: Snapshot; keys: Map<string, KeySnapshot> } | undefined> {
    const db = this.#options.firestore();
    const ref = db.doc(ledgerRef(db, uid).path);
    const [found, ...keys] = await this.#getAll([ref, ...keyIds.map((id) => keyLedgerRef(db, id))]);
    if (found === undefined) throw new Error('A read without a result');
    const document = parseLedger(found.data());
    const stored = accessOf(document);
    const access = stored ?? accessOf(document, await this.#loadUser(uid));
    if (access === undefined) return undefined;
    const state = stateOf(document, access, this.#options.clock.now());
    const user = { state, updateTime: found.updateTime, isAccessStored: stored !== undefined };
    return { user, keys: this.#keysOf(uid, keys) };
  }

  /** Those of these API keys that are this user's. */
  async readKeys(uid: string, keyIds: readonly string[]): Promise<Map<string, KeySnapshot>> {
    if (keyIds.length === 0) return new Map();
    const db = this.#options.firestore();
    return this.#keysOf(uid, await this.#getAll(keyIds.map((id) => keyLedgerRef(db, id))));
  }

  #keysOf(uid: string, found: readonly DocumentSnapshot[]): Map<string, KeySnapshot> {
    const keys = new Map<string, KeySnapshot>();
    for (const snapshot of found) {
      const document = parseKeyLedger(snapshot.data());
      const { updateTime } = snapshot;
      if (document?.access.userId !== uid || updateTime === undefined) continue;
      keys.set(snapshot.id, { state: keyStateFrom(document, this.#options.clock.now()), updateTime });
    }
    return keys;
  }

  async #getAll(refs: readonly DocumentReference[]): Promise<DocumentSnapshot[]> {
    const { firestore, clock, localNow, onOperations } = this.#options;
    const sentAt = localNow();
    const found = await firestore().getAll(...refs);
    onOperations(found.length, 0);
    const [first] = found;
    if (first) clock.observe(first.readTime.toMillis(), sentAt, localNow());
    return found;
  }

  #loadUser(uid: string): Promise<Access | undefined> {
    this.#options.onOperations(1, 0);
    return this.#options.loadUser(uid);
  }

  async readRecords(requestIds: readonly string[]): Promise<Map<string, KnownRecord>> {
    const records = new Map<string, KnownRecord>();
    if (requestIds.length === 0) return records;
    const { firestore, onOperations } = this.#options;
    const db = firestore();
    const found = await db.getAll(...requestIds.map((id) => usageRef(db, id)));
    onOperations(found.length, 0);
    for (const snapshot of found) {
      // getAll answers in the documents' own type, whatever the references' converters made of it.
      const document = snapshot.data() as UsageDocument | undefined;
      const { updateTime } = snapshot;
      if (document && updateTime) records.set(snapshot.id, { document, updateTime });
    }
    return records;
  }

  /** Writes the states and the records in one atomic commit, if each state still is the one that was judged. */
  async commit(uid: string, base: Base, judgement: Judgement): Promise<Base> {
    const { state, changedKeys, pool, records } = judgement;
    assertSound(state.account);
    const { firestore, clock, localNow, onOperations } = this.#options;
    const db = firestore();
    const batch = db.batch();
    const ref = db.doc(ledgerRef(db, uid).path);
    const book = bookFields(uid, state);
    const access = base.user.isAccessStored ? {} : { access: accessFields(state.access) };
    if (base.user.updateTime === undefined) batch.create(ref, { ...book, ...access });
    else batch.update(ref, { ...book, ...access }, { lastUpdateTime: base.user.updateTime });
    const changed = [...changedKeys].map((keyId) => {
      const [before, after] = [base.keys.get(keyId), state.keys.get(keyId)];
      if (!before || !after) throw new Error('A key that was never read');
      assertSound(after.account);
      const precondition = { lastUpdateTime: before.updateTime };
      batch.update(keyLedgerRef(db, keyId), { ...keyBookFields(after) }, precondition);
      return [keyId, after] as const;
    });
    if (pool && base.pool) writePool(batch, db, base.pool, pool);
    for (const write of records) {
      const record = usageRef(db, write.requestId);
      if (write.kind === 'create') batch.create(record, write.document);
      else batch.update(record, write.document, { lastUpdateTime: write.updateTime });
    }
    const sentAt = localNow();
    const results = await batch.commit();
    onOperations(0, results.length);
    const writeTime = (index: number): Timestamp => {
      const time = results[index]?.writeTime;
      if (time === undefined) throw new Error('A commit without a result');
      return time;
    };
    clock.observe(writeTime(0).toMillis(), sentAt, localNow());
    const keys = changed.map(
      ([keyId, after], i) => [keyId, { state: after, updateTime: writeTime(1 + i) }] as const,
    );
    return {
      user: { state, updateTime: writeTime(0), isAccessStored: true },
      keys: new Map(keys),
      pool: pool && { pool, updateTime: writeTime(1 + changed.length) },
    };
  }
}

/** Puts the pool into a batch, guarded by what it was. */
export function writePool(batch: WriteBatch, db: Firestore, before: PoolSnapshot, pool: Pool): void {
  const ref = db.doc(poolRef(db).path);
  if (before.updateTime === undefined) batch.create(ref, poolFields(pool));
  else batch.update(ref, { ...poolFields(pool) }, { lastUpdateTime: before.updateTime });
}

/** What a failed read or commit means. Whether a failed commit was applied is never assumed either way. */
export function failureKind(error: unknown): 'conflict' | 'transient' | 'permanent' {
  switch ((error as { code?: unknown } | undefined)?.code) {
    case 5: // NOT_FOUND
    case 6: // ALREADY_EXISTS
    case 9: // FAILED_PRECONDITION
    case 10: // ABORTED
      return 'conflict';
    case 1: // CANCELLED
    case 2: // UNKNOWN
    case 4: // DEADLINE_EXCEEDED
    case 8: // RESOURCE_EXHAUSTED
    case 13: // INTERNAL
    case 14: // UNAVAILABLE
      return 'transient';
    default:
      return 'permanent';
  }
}

export const isAlreadyExists = (error: unknown): boolean => (error as { code?: unknown }).code === 6;
