import type { DocumentReference, DocumentSnapshot, Firestore, Timestamp } from '@google-cloud/firestore';
import type { KeyState } from '../../domain/ledger/key-state.ts';
import type { Pool } from '../../domain/ledger/lease.ts';
import type { Access, LedgerState } from '../../domain/ledger/state.ts';
import { type ClaimDocument, claimFrom, claimRef } from '../../store/idempotency-keys.ts';
import { keyLedgerRef, keyStateFrom, parseKeyLedger } from '../../store/key-ledger-document.ts';
import { accessOf, ledgerRef, parseLedger, stateOf } from '../../store/ledger-document.ts';
import { type UsageDocument, usageRef } from '../../store/usage-metrics.ts';
import { AtomicWrite } from './atomic-write.ts';
import type { Clock } from './clock.ts';
import type { KnownRecord, ReadClaim } from './operations.ts';

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

  async readClaims(ids: readonly string[]): Promise<Map<string, ReadClaim>> {
    const claims = new Map<string, ReadClaim>();
    if (ids.length === 0) return claims;
    const { firestore, onOperations } = this.#options;
    const db = firestore();
    const found = await db.getAll(...ids.map((id) => claimRef(db, id)));
    onOperations(found.length, 0);
    for (const snapshot of found) {
      const document = snapshot.data() as ClaimDocument | undefined;
      const { id, updateTime } = snapshot;
      if (document && updateTime) claims.set(id, { claim: claimFrom(id, document), updateTime });
    }
    return claims;
  }

  begin(): AtomicWrite {
    return new AtomicWrite(this.#options.firestore());
  }

  async commit(write: AtomicWrite): Promise<void> {
    const { clock, localNow, onOperations } = this.#options;
    const sentAt = localNow();
    const time = await write.commit();
    onOperations(0, write.writes);
    clock.observe(time.toMillis(), sentAt, localNow());
  }
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
