import {
  type DocumentData,
  type DocumentReference,
  type Firestore,
  type Precondition,
  type Query,
  Timestamp,
  type UpdateData,
  type WithFieldValue,
  type WriteBatch,
} from '@google-cloud/firestore';
import { GatewayError } from '../domain/errors.ts';

const ALREADY_EXISTS = 6;
const FAILED_PRECONDITION = 9;
const NOT_FOUND = 5;
const ABORTED = 10;
/** DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, UNAVAILABLE. */
const UNREACHABLE: readonly unknown[] = [4, 8, 14];

/** How long a request waits for the database; left to itself Firestore's client tries for minutes. */
const WAIT_MS = 10_000;

/**
 * What one request does to Firestore, counted: the unit that is billed and the first thing to look at when a route
 * is slow. Made per request by the store middleware; Firestore itself is shared.
 *
 * Every method throws GatewayError `unavailable` where the database can't be reached in time; whether a write took
 * place is then unknown.
 */
export class StoreHandle {
  readonly firestore: Firestore;
  readonly now: () => number;
  readonly operations = { reads: 0, writes: 0 };

  constructor(firestore: Firestore, now: () => number) {
    this.firestore = firestore;
    this.now = now;
  }

  timestamp(): Timestamp {
    return Timestamp.fromMillis(this.now());
  }

  async get<T>(ref: DocumentReference<T>): Promise<{ data: T; updateTime: Timestamp } | undefined> {
    this.operations.reads += 1;
    const snapshot = await inTime(ref.get());
    const data = snapshot.data();
    return data === undefined || snapshot.updateTime === undefined
      ? undefined
      : { data, updateTime: snapshot.updateTime };
  }

  /** In the order of the references; undefined where there is no document. */
  async getAll<T>(refs: DocumentReference<T>[]): Promise<(T | undefined)[]> {
    if (refs.length === 0) return [];
    this.operations.reads += refs.length;
    const snapshots = await inTime(this.firestore.getAll(...(refs as DocumentReference<DocumentData>[])));
    return snapshots.map((snapshot) => snapshot.data() as T | undefined);
  }

  /** Firestore bills a query that finds nothing as one read. */
  async query<T>(query: Query<T>): Promise<{ id: string; data: T; updateTime: Timestamp }[]> {
    const { docs } = await inTime(query.get());
    this.operations.reads += Math.max(1, docs.length);
    return docs.map((found) => ({ id: found.id, data: found.data(), updateTime: found.updateTime }));
  }

  async set<T>(ref: DocumentReference<T>, data: T): Promise<void> {
    this.operations.writes += 1;
    await inTime(ref.set(data as WithFieldValue<T>));
  }

  /** @returns false where the document is there already. */
  async create<T>(ref: DocumentReference<T>, data: T): Promise<boolean> {
    this.operations.writes += 1;
    return unlessConflict(ref.create(data));
  }

  /** @returns false where there is no such document, or the precondition does not hold (any more). */
  async update<T>(
    ref: DocumentReference<T, DocumentData>,
    data: Partial<T>,
    // An empty one would make Firestore create the document that is missing.
    precondition: Precondition = { exists: true },
  ): Promise<boolean> {
    this.operations.writes += 1;
    return unlessConflict(ref.update(data as UpdateData<DocumentData>, precondition));
  }

  async delete(ref: DocumentReference<unknown>): Promise<void> {
    this.operations.writes += 1;
    await inTime(ref.delete());
  }

  /** Commits an atomic batch. @returns false where a precondition in it does not hold (any more). */
  async tryCommit(writes: number, fill: (batch: WriteBatch) => void): Promise<boolean> {
    return unlessConflict(this.commit(writes, fill));
  }

  /** Commits what `fill` puts into one atomic batch. */
  async commit(writes: number, fill: (batch: WriteBatch) => void): Promise<void> {
    this.operations.writes += writes;
    const batch = this.firestore.batch();
    fill(batch);
    await inTime(batch.commit());
  }
}

async function unlessConflict(write: Promise<unknown>): Promise<boolean> {
  try {
    await inTime(write);
    return true;
  } catch (error) {
    const code = (error as { code?: unknown }).code;
    if (code === ALREADY_EXISTS || code === FAILED_PRECONDITION || code === NOT_FOUND || code === ABORTED)
      return false;
    throw error;
  }
}

async function inTime<T>(operation: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(unavailable(new Error('The database did not answer in time'))), WAIT_MS);
  });
  try {
    return await Promise.race([operation, late]);
  } catch (error) {
    throw UNREACHABLE.includes((error as { code?: unknown }).code) ? unavailable(error) : error;
  } finally {
    clearTimeout(timer);
  }
}

function unavailable(cause: unknown): GatewayError {
  return new GatewayError('unavailable', 'The database does not answer. Try again shortly.', {
    cause,
    retryAfterSeconds: 5,
  });
}
