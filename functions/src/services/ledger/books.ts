import type { Timestamp } from '@google-cloud/firestore';
import { isAboutKey, isBlockedByProject } from '../../domain/ledger/admit.ts';
import type { Grounds } from './judge.ts';
import type { Base, KeySnapshot, LedgerStore, Snapshot } from './ledger-store.ts';
import {
  askedKeys,
  askerOf,
  claimsToRead,
  involvedKeys,
  type Judgement,
  type Operation,
  type Outcome,
  recordsToRead,
} from './operations.ts';
import type { OpenPool, ProjectPool } from './project-pool.ts';

/** API keys of one user whose accounts are remembered between commits. */
const MOST_KEYS = 256;
/** Claims of Idempotency-Keys that are known to exist. */
const MOST_CLAIMS = 1_000;

/** All that a group of operations is judged by, and how it came to be known. */
export interface OpenBooks extends Base, Grounds {
  isUserFresh: boolean;
  /** Keys that were read just now, also those of which nothing was found. */
  freshKeys: ReadonlySet<string>;
  /** Claims that were the same before the user's document was read and after it. */
  steadyClaims: ReadonlySet<string>;
}

/**
 * What one instance knows of one user's documents, the user's own and those of the user's API keys: as its own last
 * commits left them, else as read. It may be stale, which a commit finds out; refusals must not be made by it.
 */
export class Books {
  #user: Snapshot | undefined;
  /** The least recently used comes first. */
  readonly #keys = new Map<string, KeySnapshot>();
  /** By which version each was read last; undefined: not read, but made. */
  readonly #claims = new Map<string, Timestamp | undefined>();
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
    const known =
      earlier?.books.known ??
      (await this.#store.readRecords(recordsToRead(operations, user.state, isSuspect, now)));
    const claimIds = claimsToRead(operations, isSuspect, (id) => this.#claims.has(id));
    const claims = earlier?.books.claims ?? (await this.#store.readClaims(claimIds));
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
    const project = this.#project && { budget: this.#project.budget, pool: earlier?.pool.pool };
    const isUserFresh = isUserUnknown || (earlier?.books.isUserFresh ?? false);
    const state = { ...user.state, keys: states, project };
    const steadyClaims = earlier?.books.steadyClaims ?? this.#seeClaims(claims, isUserFresh);
    return { user, keys, state, known, claims, at: now, isUserFresh, freshKeys, steadyClaims };
  }

  committed({ user, keys }: Base, { claims }: Judgement): void {
    this.#user = user;
    this.#remember(keys);
    for (const id of claims.keys()) this.#claims.set(id, undefined);
    trim(this.#claims, MOST_CLAIMS);
  }

  forget(): void {
    this.#user = undefined;
    this.#keys.clear();
  }

  /**
   * Whether an outcome rests on what is proven: read for this very group, or committed along with it. What it rests
   * on is forgotten otherwise, so that the next try is certain.
   *
   * @param isPoolProven the pool is shared by all queues: what any of them has learnt of it since the operation was
   *   submitted is as good
   */
  isCertain(
    open: OpenBooks,
    operation: Operation,
    outcome: Outcome,
    judgement: Judgement,
    isPoolProven: boolean,
  ): boolean {
    const { needsUser, needsKey, needsPool } = groundsOf(operation, outcome);
    const isUserProven = open.isUserFresh || judgement.changed;
    const isKeyProven =
      needsKey === undefined || open.freshKeys.has(needsKey) || judgement.changedKeys.has(needsKey);
    if (needsPool && !isPoolProven) this.#project?.forget();
    if (!isKeyProven) this.#keys.delete(needsKey);
    if (needsUser && !isUserProven) this.forget();
    const isProven = isKeyProven && (isUserProven || !needsUser) && (isPoolProven || !needsPool);
    return isProven && this.#isSteady(open, operation, outcome, judgement);
  }

  /**
   * That nobody knows what became of a request is said only where its hold was gone while its claim said that it was
   * under way: ending a request does both in one commit, but they are read one after the other.
   */
  #isSteady(open: OpenBooks, operation: Operation, outcome: Outcome, judgement: Judgement): boolean {
    if (outcome.kind !== 'conflict' || outcome.reason !== 'outcome_unknown') return true;
    const id = operation.kind === 'admit' ? (operation.claim?.id ?? '') : '';
    if (judgement.changed || open.steadyClaims.has(id)) return true;
    this.forget();
    return false;
  }

  #seeClaims(claims: OpenBooks['claims'], isUserFresh: boolean): Set<string> {
    const steady = new Set<string>();
    for (const [id, { updateTime }] of claims) {
      if (isUserFresh && this.#claims.get(id)?.isEqual(updateTime)) steady.add(id);
      this.#claims.delete(id);
      this.#claims.set(id, updateTime);
    }
    trim(this.#claims, MOST_CLAIMS);
    return steady;
  }

  #remember(keys: ReadonlyMap<string, KeySnapshot>): void {
    for (const [id, key] of keys) {
      this.#keys.delete(id);
      this.#keys.set(id, key);
    }
    trim(this.#keys, MOST_KEYS);
  }
}

/** What must be proven for an outcome to be told; `needsKey` is the key's id. */
function groundsOf(operation: Operation, outcome: Outcome) {
  const keyId = askerOf(operation)?.apiKey?.id;
  const isRefused = outcome.kind === 'refused';
  const isByKey = isRefused && isAboutKey(outcome.refusal);
  // Nothing is committed for it, and it must not be told to whoever may not come in any more.
  const isOfClaim = outcome.kind === 'replay' || outcome.kind === 'conflict';
  return {
    needsUser:
      operation.kind === 'expire' ||
      outcome.kind === 'unknown' ||
      outcome.kind === 'not_held' ||
      isOfClaim ||
      (isRefused && !isByKey),
    needsKey: isByKey || isOfClaim ? keyId : undefined,
    needsPool: isRefused && isBlockedByProject(outcome.refusal),
  };
}

/** Drops what was used longest ago. */
function trim(map: Map<string, unknown>, most: number): void {
  for (const id of map.keys()) {
    if (map.size <= most) break;
    map.delete(id);
  }
}
