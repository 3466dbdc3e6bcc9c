import type { Firestore, Timestamp } from '@google-cloud/firestore';
import { assertSound } from '../../domain/ledger/account.ts';
import type { Access, LedgerState } from '../../domain/ledger/state.ts';
import { accessFields, accessOf, bookFields, ledgerRef, stateOf } from '../../store/ledger-document.ts';
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
   * The state as the database has it; undefined where there is no such user. The ledger's document is read before
   * the user's: an admin's change in between makes the commit fail its precondition.
   */
  async read(uid: string): Promise<Snapshot | undefined> {
    const { firestore, clock, localNow, onOperations } = this.#options;
    const sentAt = localNow();
    const found = await ledgerRef(firestore(), uid).get();
    onOperations(1, 0);
    clock.observe(found.readTime.toMillis(), sentAt, localNow());
    const document = found.data() ?? { access: {} };
    const stored = accessOf(document);
    const access = stored ?? accessOf(document, await this.#loadUser(uid));
    if (access === undefined) return undefined;
    const state = stateOf(document, access, clock.now());
    return { state, updateTime: found.updateTime, isAccessStored: stored !== undefined };
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

  /** Writes the state and the records in one atomic commit, if the state still is the one that was judged. */
  async commit(uid: string, base: Snapshot, { state, records }: Judgement): Promise<Snapshot> {
    assertSound(state.account);
    const { firestore, clock, localNow, onOperations } = this.#options;
    const db = firestore();
    const batch = db.batch();
    const ref = db.doc(ledgerRef(db, uid).path);
    const book = bookFields(uid, state);
    const access = base.isAccessStored ? {} : { access: accessFields(state.access) };
    if (base.updateTime === undefined) batch.create(ref, { ...book, ...access });
    else batch.update(ref, { ...book, ...access }, { lastUpdateTime: base.updateTime });
    for (const write of records) {
      const record = usageRef(db, write.requestId);
      if (write.kind === 'create') batch.create(record, write.document);
      else batch.update(record, write.document, { lastUpdateTime: write.updateTime });
    }
    const sentAt = localNow();
    const [result] = await batch.commit();
    if (result === undefined) throw new Error('A commit without a result');
    onOperations(0, 1 + records.length);
    clock.observe(result.writeTime.toMillis(), sentAt, localNow());
    return { state, updateTime: result.writeTime, isAccessStored: true };
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
