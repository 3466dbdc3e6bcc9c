import { isAboutKey, isAboutProject } from '../../domain/ledger/admit.ts';
import type { LedgerState } from '../../domain/ledger/state.ts';
import {
  askedKeys,
  involvedKeys,
  type Judgement,
  type KnownRecord,
  type Operation,
  type Outcome,
} from './judge.ts';
import type { Base, KeySnapshot, LedgerStore, Snapshot } from './ledger-store.ts';
import type { OpenPool, ProjectPool } from './project-pool.ts';

/** API keys of one user whose accounts are remembered between commits. */
const MOST_KEYS = 256;

/** All that a group of operations is judged by. */
export interface OpenBooks extends Base {
  /** The user's state with the keys' in it. */
  state: LedgerState;
  known: ReadonlyMap<string, KnownRecord>;
  /** Now, in ms since the epoch; what is overdue by then has its key among `keys`. */
  at: number;
  isUserFresh: boolean;
  /** Keys that were read just now, also those of which nothing was found. */
  freshKeys: ReadonlySet<string>;
  /** The project's pool, where it was asked for. */
  pool?: OpenPool | undefined;
}

/**
 * What one instance knows of one user's documents, the user's own and those of the user's API keys: as its own last
 * commits left them, else as read. It may be stale, which a commit finds out; refusals must not be made by it.
 */
export class Books {
  #user: Snapshot | undefined;
  /** The least recently used comes first. */
  readonly #keys = new Map<string, KeySnapshot>();
  readonly #userId: string;
  readonly #store: LedgerStore;
  readonly #now: () => number;
  readonly #project: ProjectPool | undefined;

  constructor(
    userId: string,
    { store, now, project }: { store: LedgerStore; now: () => number; project: ProjectPool | undefined },
  ) {
    this.#userId = userId;
    this.#store = store;
    this.#now = now;
    this.#project = project;
  }

  /**
   * Reads what is not remembered; undefined where there is no such user.
   *
   * @param isSuspect creating some record has just failed: look whether it is there already
   * @param earlier what was opened for the same group, which now turns out to need the project's pool too
   */
  async open(
    operations: readonly Operation[],
    isSuspect: boolean,
    earlier?: { books: OpenBooks; pool: OpenPool },
  ): Promise<OpenBooks | undefined> {
    const keys = new Map<string, KeySnapshot>();
    const freshKeys = new Set(earlier?.books.freshKeys);
    const isUserUnknown = this.#user === undefined;
    if (isUserUnknown) {
      const asked = [...askedKeys(operations)];
      const read = await this.#store.read(this.#userId, asked);
      if (read === undefined) return undefined;
      this.#user = read.user;
      for (const id of asked) freshKeys.add(id);
      for (const [id, key] of read.keys) keys.set(id, key);
    }
    const user = this.#user as Snapshot;
    const now = Math.max(this.#now(), user.state.asOf, earlier?.pool.pool.asOf ?? 0);
    const known = await this.#store.readRecords(recordsToRead(operations, user.state, isSuspect, now));
    const wanted = involvedKeys(user.state, operations, known, now);
    for (const id of wanted) {
      const key = earlier?.books.keys.get(id) ?? (freshKeys.has(id) ? undefined : this.#keys.get(id));
      if (key && !keys.has(id)) keys.set(id, key);
    }
    const missing = [...wanted].filter((id) => !keys.has(id) && !freshKeys.has(id));
    for (const [id, key] of await this.#store.readKeys(this.#userId, missing)) keys.set(id, key);
    for (const id of missing) freshKeys.add(id);
    this.#remember(keys);
    const states = new Map([...keys].map(([id, { state }]) => [id, state]));
    const pool = earlier?.pool;
    const project = this.#project && { budget: this.#project.budget, pool: pool?.pool };
    const isUserFresh = isUserUnknown || (earlier?.books.isUserFresh ?? false);
    const state = { ...user.state, keys: states, project };
    return { user, keys, state, known, at: now, isUserFresh, freshKeys, pool };
  }

  committed({ user, keys, pool }: Base): void {
    this.#user = user;
    this.#remember(keys);
    if (pool) this.#project?.committed(pool);
  }

  forget(): void {
    this.#user = undefined;
    this.#keys.clear();
  }

  /**
   * Whether an outcome rests on what is proven: read for this very group, or committed along with it. What it rests
   * on is forgotten otherwise, so that the next try is certain.
   */
  isCertain(open: OpenBooks, operation: Operation, outcome: Outcome, judgement: Judgement): boolean {
    if (outcome.kind === 'refused' && isAboutProject(outcome.refusal) && open.pool) {
      if (open.pool.isFresh || judgement.pool) return true;
      this.#project?.forget();
      return false;
    }
    if (outcome.kind === 'refused' && operation.kind === 'admit' && isAboutKey(outcome.refusal)) {
      const keyId = operation.candidate.apiKey?.id ?? '';
      if (open.freshKeys.has(keyId) || judgement.changedKeys.has(keyId)) return true;
      this.#keys.delete(keyId);
      return false;
    }
    const isProven = open.isUserFresh || judgement.changed;
    const matters = operation.kind === 'expire' || outcome.kind === 'refused' || outcome.kind === 'unknown';
    if (isProven || !matters) return true;
    this.forget();
    return false;
  }

  #remember(keys: ReadonlyMap<string, KeySnapshot>): void {
    for (const [id, key] of keys) {
      this.#keys.delete(id);
      this.#keys.set(id, key);
    }
    for (const id of this.#keys.keys()) {
      if (this.#keys.size <= MOST_KEYS) break;
      this.#keys.delete(id);
    }
  }
}

/** Records are read where the state holds nothing (any more), or where creating one has just failed. */
function recordsToRead(
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
