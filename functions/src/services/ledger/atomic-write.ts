import type {
  DocumentData,
  DocumentReference,
  Firestore,
  Timestamp,
  WriteBatch,
  WriteResult,
} from '@google-cloud/firestore';

/** When a document was written; to be asked after the commit. */
export type WriteTime = () => Timestamp;

/** One atomic commit in the making, each document guarded by the version that it replaces. */
export class AtomicWrite {
  readonly #db: Firestore;
  readonly #batch: WriteBatch;
  #results: WriteResult[] = [];
  #writes = 0;

  constructor(db: Firestore) {
    this.#db = db;
    this.#batch = db.batch();
  }

  get db(): Firestore {
    return this.#db;
  }

  get writes(): number {
    return this.#writes;
  }

  /** @param before the version that is replaced, field by field; undefined: there is none yet */
  put(ref: DocumentReference<unknown>, fields: DocumentData, before: Timestamp | undefined): WriteTime {
    const plain = this.#db.doc(ref.path);
    if (before === undefined) this.#batch.create(plain, fields);
    else this.#batch.update(plain, fields, { lastUpdateTime: before });
    return this.#next();
  }

  /** Whatever is there. */
  overwrite(ref: DocumentReference<unknown>, fields: DocumentData): WriteTime {
    this.#batch.set(this.#db.doc(ref.path), fields);
    return this.#next();
  }

  delete(ref: DocumentReference<unknown>): void {
    this.#batch.delete(ref);
    this.#next();
  }

  /** Answers when it was. */
  async commit(): Promise<Timestamp> {
    this.#results = await this.#batch.commit();
    const [first] = this.#results;
    if (first === undefined) throw new Error('A commit without a result');
    return first.writeTime;
  }

  #next(): WriteTime {
    const index = this.#writes;
    this.#writes += 1;
    return () => {
      // Not the commit's own time: a write that changes nothing leaves a document its version.
      const time = this.#results[index]?.writeTime;
      if (time === undefined) throw new Error('A commit without a result');
      return time;
    };
  }
}
