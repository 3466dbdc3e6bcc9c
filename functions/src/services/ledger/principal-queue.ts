import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { GatewayError } from '../../domain/errors.ts';
import { isBlockedByProject } from '../../domain/ledger/admit.ts';
import type { AtomicWrite } from './atomic-write.ts';
import { Books, type OpenBooks } from './books.ts';
import { judge } from './judge.ts';
import { eventsOf, type LedgerEvent } from './ledger-event.ts';
import { failureKind, isAlreadyExists, type LedgerStore } from './ledger-store.ts';
import {
  askerOf,
  type Judgement,
  type Operation,
  type Outcome,
  type PoolWanted,
  writesOf,
} from './operations.ts';
import { Pace } from './pace.ts';
import type { Part, ProjectPool } from './project-pool.ts';
import { refusalError } from './refusal-error.ts';
import { RefusalMemory } from './refusal-memory.ts';
import { answerBytes, type Waiting, waitFor } from './waiting.ts';
import { writeJudgement } from './write-judgement.ts';

/** Operations that one commit carries at most. */
const GROUP = 200;
/** Bytes of answers that one commit carries, but for the last: Firestore takes 10 MiB, its emulator 4. */
const GROUP_BYTES = 2_500_000;

export type { LedgerEvent } from './ledger-event.ts';

export interface QueueOptions {
  store: LedgerStore;
  /** Where the project has a budget. */
  project: ProjectPool | undefined;
  /** The ledger's time. */
  now: () => number;
  /** For waits and how long they last. */
  localNow: () => number;
  random: () => number;
  /** How long an admission waits in the queue and for its commit; and a settlement, which costs more to give up. */
  waits: { admitMs: number; settleMs: number };
  onEvent: (event: LedgerEvent) => void;
}

/**
 * One user's operations on this instance. While one group of them is being committed the next one gathers; each
 * group starts from the state of this instance's own last commit and reads nothing unless another one came first.
 */
export class PrincipalQueue {
  #queue: Waiting[] = [];
  #isRunning = false;
  /** The creation of some record failed: the next turn looks which. */
  #isSuspect = false;
  readonly #userId: string;
  readonly #options: QueueOptions;
  readonly #books: Books;
  readonly #pace: Pace;
  readonly #memory: RefusalMemory;

  constructor(userId: string, options: QueueOptions) {
    this.#userId = userId;
    this.#options = options;
    this.#books = new Books(userId, options);
    this.#pace = new Pace(options.random);
    this.#memory = new RefusalMemory(options.localNow);
  }

  get isIdle(): boolean {
    return !this.#isRunning;
  }

  /**
   * Waits for the outcome of an operation; refusals too are outcomes.
   * @throws GatewayError `unavailable` when it took too long, or a remembered refusal
   */
  submit(operation: Operation): Promise<Outcome> {
    if (operation.kind === 'settle') this.#memory.forget();
    // An answer that is kept is given whatever the limits say.
    if (operation.kind === 'admit' && !operation.claim) {
      const remembered = this.#memory.recall(operation.candidate);
      if (remembered) return Promise.reject(remembered);
    }
    const { waits, localNow } = this.#options;
    const waitMs = askerOf(operation) ? waits.admitMs : waits.settleMs;
    const { waiting, outcome } = waitFor(operation, localNow(), waitMs);
    this.#queue.push(waiting);
    if (!this.#isRunning) void this.#run();
    return outcome;
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    let group: Waiting[] = [];
    let failures = 0;
    for (;;) {
      const linger = failures === 0 ? this.#pace.lingerMs() : 0;
      if (linger >= 1) await sleep(linger);
      // No wait, but one turn of the event loop: what arrived along with the first, or follows from what was just
      // answered, comes into the same commit.
      else await nextTurn();
      group = this.#gather(group);
      if (group.length === 0) break;
      try {
        group = await this.#turn(group);
        failures = 0;
      } catch (error) {
        this.#books.forget();
        const kind = failureKind(error);
        if (kind === 'permanent') {
          failures = 0;
          for (const waiting of group) waiting.fail(error);
          continue;
        }
        failures += 1;
        if (kind === 'conflict') this.#pace.conflicted();
        this.#isSuspect ||= isAlreadyExists(error);
        const { code } = error as { code?: unknown };
        this.#options.onEvent({ type: 'conflict', userId: this.#userId, failures, code });
        await sleep(this.#pace.backoffMs(kind, failures));
      }
    }
    this.#isRunning = false;
  }

  /** Fills a group up from the queue, without those that nobody waits for. */
  #gather(group: readonly Waiting[]): Waiting[] {
    const gathered = group.filter((waiting) => !waiting.isAnswered);
    for (const waiting of group) if (waiting.isAnswered) this.#takeBack(waiting);
    let bytes = gathered.reduce((sum, waiting) => sum + answerBytes(waiting), 0);
    while (gathered.length < GROUP && bytes < GROUP_BYTES) {
      const next = this.#queue.shift();
      if (next === undefined) break;
      if (next.isAnswered) continue;
      gathered.push(next);
      bytes += answerBytes(next);
    }
    return gathered;
  }

  /** Undoes an admission whose caller was told that it failed, should it have been committed after all. */
  #takeBack({ operation, isSent }: Waiting): void {
    if (operation.kind !== 'admit' || !isSent) return;
    const { candidate, claim } = operation;
    // Should this fail too, the hold expires and is settled in full: too much, never too little.
    this.submit({ kind: 'cancel', requestId: candidate.requestId, claim }).catch(() => undefined);
  }

  /** Judges and commits a group. Answers those whose outcome may rest on a stale state: for them, go again. */
  async #turn(group: readonly Waiting[]): Promise<Waiting[]> {
    const { store } = this.#options;
    const operations = group.map((waiting) => waiting.operation);
    const books = await this.#books.open(operations, this.#isSuspect);
    if (books === undefined) return this.#answerNobody(group);
    const judgement = judge(this.#userId, books, operations);
    if (judgement.outcomes === undefined) return this.#turnWithPool(group, operations, books);
    if (judgement.changed) {
      const write = store.begin();
      const written = this.#write(group, books, judgement, write);
      await store.commit(write);
      written();
    }
    return this.#answer(group, books, judgement, 0);
  }

  /** The same, in a commit with the project's pool and whoever needs it too. */
  async #turnWithPool(
    group: readonly Waiting[],
    operations: readonly Operation[],
    books: OpenBooks,
  ): Promise<Waiting[]> {
    const { project } = this.#options;
    if (project === undefined) throw new Error('A pool without a project');
    let open = books;
    let judgement: Judgement | PoolWanted | undefined;
    const { poolKnownAt } = await project.join(async (pool): Promise<Part<void>> => {
      open = (await this.#books.open(operations, this.#isSuspect, { books, pool })) ?? open;
      const judged = judge(this.#userId, open, operations);
      judgement = judged;
      if (judged.outcomes === undefined || !judged.changed) return {};
      return { pool: judged.pool, write: (write) => this.#write(group, open, judged, write) };
    });
    if (judgement?.outcomes === undefined) throw new Error('The pool was there');
    return this.#answer(group, open, judgement, poolKnownAt);
  }

  /** Puts a judgement into a commit; to be told when that has succeeded. */
  #write(group: readonly Waiting[], open: OpenBooks, judgement: Judgement, write: AtomicWrite): () => void {
    const { localNow, onEvent } = this.#options;
    const written = writeJudgement(write, this.#userId, open, judgement);
    for (const waiting of group) waiting.isSent = true;
    const startedAt = localNow();
    return () => {
      const tookMs = localNow() - startedAt;
      this.#pace.committed(tookMs);
      this.#books.committed(written(), judgement);
      this.#isSuspect = false;
      const writes = writesOf(judgement);
      onEvent({ type: 'commit', userId: this.#userId, operations: group.length, writes, tookMs });
      for (const event of eventsOf(this.#userId, judgement)) onEvent(event);
    };
  }

  #answer(group: readonly Waiting[], open: OpenBooks, judgement: Judgement, poolKnownAt: number): Waiting[] {
    return group.filter((waiting, i) => {
      const outcome = judgement.outcomes[i];
      const { operation, submittedAt } = waiting;
      const isPoolProven = poolKnownAt >= submittedAt;
      if (!outcome || !this.#books.isCertain(open, operation, outcome, judgement, isPoolProven)) return true;
      this.#reply(waiting, outcome);
      return false;
    });
  }

  #reply(waiting: Waiting, outcome: Outcome): void {
    const { operation } = waiting;
    if (operation.kind === 'settle') this.#memory.forget();
    if (outcome.kind === 'refused' && operation.kind === 'admit') {
      const error = refusalError(outcome.refusal, outcome.limits);
      // What the project refuses may turn out to be reclaimable from other ledgers.
      if (!isBlockedByProject(outcome.refusal)) {
        this.#memory.remember(outcome.refusal, operation.candidate, error);
      }
    }
    if (waiting.isAnswered) this.#takeBack(waiting);
    else waiting.answer(outcome);
  }

  /** There is no such user: nobody to admit, nothing to settle. */
  #answerNobody(group: readonly Waiting[]): [] {
    for (const waiting of group) {
      const { kind } = waiting.operation;
      if (kind === 'admit') waiting.fail(new GatewayError('unauthenticated', 'There is no such account.'));
      else if (kind === 'extend') waiting.answer({ kind: 'not_held' });
      else waiting.answer({ kind: kind === 'settle' ? 'unknown' : 'done' });
    }
    return [];
  }
}
