import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { GatewayError } from '../../domain/errors.ts';
import { isBlockedByProject } from '../../domain/ledger/admit.ts';
import { Books, type OpenBooks } from './books.ts';
import { judge } from './judge.ts';
import type { LedgerEvent } from './ledger-event.ts';
import { type Base, failureKind, isAlreadyExists, type LedgerStore } from './ledger-store.ts';
import { type Judgement, type Operation, type Outcome, writesOf } from './operations.ts';
import { Pace } from './pace.ts';
import type { ProjectPool } from './project-pool.ts';
import { refusalError } from './refusal-error.ts';
import { RefusalMemory } from './refusal-memory.ts';

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

interface Waiting {
  operation: Operation;
  submittedAt: number;
  /** Part of a commit that was sent: it may have been applied, whatever was answered. */
  isSent: boolean;
  /** The caller has its answer. */
  isAnswered: boolean;
  answer(outcome: Outcome): void;
  fail(error: unknown): void;
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
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        operation,
        submittedAt: this.#options.localNow(),
        isSent: false,
        isAnswered: false,
        answer: (outcome) => finish(() => resolve(outcome)),
        fail: (error) => finish(() => reject(error)),
      };
      const { admitMs, settleMs } = this.#options.waits;
      const timer = setTimeout(
        () => waiting.fail(new GatewayError('unavailable', undefined, { retryAfterSeconds: 1 })),
        operation.kind === 'admit' ? admitMs : settleMs,
      );
      const finish = (reply: () => void): void => {
        if (waiting.isAnswered) return;
        waiting.isAnswered = true;
        clearTimeout(timer);
        reply();
      };
      this.#queue.push(waiting);
      if (!this.#isRunning) void this.#run();
    });
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
    let bytes = gathered.reduce((sum, { operation }) => sum + answerBytes(operation), 0);
    while (gathered.length < GROUP && bytes < GROUP_BYTES) {
      const next = this.#queue.shift();
      if (next === undefined) break;
      if (next.isAnswered) continue;
      gathered.push(next);
      bytes += answerBytes(next.operation);
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
    const operations = group.map((waiting) => waiting.operation);
    const books = await this.#books.open(operations, this.#isSuspect);
    if (books === undefined) return this.#answerNobody(group);
    const judgement = judge(this.#userId, books, operations);
    if (judgement.outcomes) return this.#conclude(group, books, judgement);
    const { project } = this.#options;
    if (project === undefined) throw new Error('A pool without a project');
    return project.exclusively(async (pool) => {
      const both = await this.#books.open(operations, this.#isSuspect, { books, pool });
      if (both === undefined) return this.#answerNobody(group);
      const again = judge(this.#userId, both, operations);
      if (again.outcomes === undefined) throw new Error('The pool was there');
      return this.#conclude(group, both, again);
    });
  }

  async #conclude(group: readonly Waiting[], open: OpenBooks, judgement: Judgement): Promise<Waiting[]> {
    if (judgement.changed) {
      this.#books.committed(await this.#commit(group, open, judgement), judgement);
      this.#isSuspect = false;
    }
    return group.filter((waiting, i) => {
      const outcome = judgement.outcomes[i];
      const { operation, submittedAt } = waiting;
      if (!outcome || !this.#books.isCertain(open, operation, outcome, judgement, submittedAt)) return true;
      this.#reply(waiting, outcome);
      return false;
    });
  }

  async #commit(group: readonly Waiting[], open: OpenBooks, judgement: Judgement): Promise<Base> {
    const { store, localNow, onEvent } = this.#options;
    for (const waiting of group) waiting.isSent = true;
    const startedAt = localNow();
    const next = await store.commit(this.#userId, open, judgement);
    const tookMs = localNow() - startedAt;
    this.#pace.committed(tookMs);
    const writes = writesOf(judgement);
    onEvent({ type: 'commit', userId: this.#userId, operations: group.length, writes, tookMs });
    for (const { requestId, document } of judgement.records) {
      const { costNanoUsd, heldNanoUsd, settlement } = document;
      const about = { userId: this.#userId, requestId, costNanoUsd };
      if (settlement !== 'reported') onEvent({ type: settlement, ...about });
      if (document.overrun) onEvent({ type: 'overrun', ...about, heldNanoUsd });
    }
    return next;
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
      else waiting.answer({ kind: kind === 'settle' ? 'unknown' : 'done' });
    }
    return [];
  }
}

function answerBytes(operation: Operation): number {
  if (operation.kind !== 'settle' || operation.completion?.state !== 'done') return 0;
  return Buffer.byteLength(operation.completion.answer.body ?? '');
}
