import type { Firestore } from '@google-cloud/firestore';
import { newPool, type Pool } from '../../domain/ledger/lease.ts';
import type { Budget } from '../../domain/tiers.ts';
import { poolOf, poolRef } from '../../store/project-pool.ts';
import type { AtomicWrite } from './atomic-write.ts';
import type { LedgerStore, PoolSnapshot } from './ledger-store.ts';
import { writePool } from './write-judgement.ts';

/** Ledgers that take their leases in one commit at most. */
const MOST_PARTS = 25;

export interface ProjectPoolOptions {
  firestore: () => Firestore;
  store: LedgerStore;
  budget: Budget;
  /** The ledger's time. */
  now: () => number;
  localNow: () => number;
  newEpoch: () => string;
  onOperations: (reads: number, writes: number) => void;
}

export interface OpenPool extends PoolSnapshot {
  /** Since when it is known, in local time: when it was sent for, or the commit that left it so. */
  knownAt: number;
}

/** One ledger's part of a commit with the pool. */
export interface Part<T> {
  /** As the ledger leaves it; undefined: as it was. */
  pool?: Pool | undefined;
  /** Puts the ledger's own documents into the commit; absent: there is nothing to commit. Asked for T after it. */
  write?: (write: AtomicWrite) => () => T;
}

export interface Joined<T> {
  /** Undefined where there was nothing to commit. */
  result: T | undefined;
  /** Since when what the pool was taken for is known to be true, in local time. */
  poolKnownAt: number;
}

interface Waiting {
  prepare(pool: OpenPool): Promise<Part<unknown>>;
  isAlone: boolean;
  resolve(joined: Joined<unknown>): void;
  reject(error: unknown): void;
}

/**
 * The pool of the project's budget as this instance knows it. Ledgers that need it at the same time share one commit,
 * each starting from what the one before leaves: a document that all want would carry few commits a second.
 */
export class ProjectPool {
  readonly budget: Budget;
  readonly #options: ProjectPoolOptions;
  #cached: OpenPool | undefined;
  #queue: Waiting[] = [];
  #isRunning = false;
  /** Halved by each failure, which may have been of any one of them. */
  #mostParts = MOST_PARTS;

  constructor(options: ProjectPoolOptions) {
    this.#options = options;
    this.budget = options.budget;
  }

  /**
   * Takes part in the next commit with the pool.
   *
   * @param prepare judges the ledger by the pool, and may be called once only; throws for itself alone
   * @param isAlone for what is likely to fail, and should fail nobody else
   * @throws what the commit failed with; ABORTED where others took part, any of whom it may have been
   */
  join<T>(prepare: (pool: OpenPool) => Promise<Part<T>>, isAlone = false): Promise<Joined<T>> {
    return new Promise((resolve, reject) => {
      const wide = resolve as (joined: Joined<unknown>) => void;
      this.#queue.push({ prepare, isAlone, resolve: wide, reject });
      if (!this.#isRunning) void this.#run();
    });
  }

  forget(): void {
    this.#cached = undefined;
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    while (this.#queue.length > 0) {
      const isAlone = this.#queue[0]?.isAlone;
      let parts = this.#queue.findIndex((waiting) => waiting.isAlone);
      if (isAlone) parts = 1;
      else if (parts < 0) parts = this.#queue.length;
      await this.#commit(this.#queue.splice(0, Math.min(parts, this.#mostParts)));
    }
    this.#isRunning = false;
  }

  async #commit(group: readonly Waiting[]): Promise<void> {
    const { store, localNow } = this.#options;
    const startedAt = localNow();
    const parts: { waiting: Waiting; part: Part<unknown> }[] = [];
    try {
      this.#cached ??= { ...(await this.#read()), knownAt: startedAt };
      const opened = this.#cached;
      let { pool } = opened;
      for (const waiting of group) {
        try {
          const part = await waiting.prepare({ ...opened, pool });
          pool = part.pool ?? pool;
          parts.push({ waiting, part });
        } catch (error) {
          waiting.reject(error);
        }
      }
      const write = store.begin();
      const results = parts.map(({ part }) => part.write?.(write));
      if (pool !== opened.pool) {
        const updateTime = writePool(write, opened, pool);
        await store.commit(write);
        this.#cached = { pool, updateTime: updateTime(), knownAt: startedAt };
      } else if (write.writes > 0) {
        await store.commit(write);
      }
      this.#mostParts = Math.min(MOST_PARTS, 2 * this.#mostParts);
      const { knownAt: poolKnownAt } = this.#cached;
      for (const [i, { waiting }] of parts.entries()) {
        waiting.resolve({ result: results[i]?.(), poolKnownAt });
      }
    } catch (error) {
      this.forget();
      this.#mostParts = Math.max(1, Math.floor(parts.length / 2));
      const told = parts.length > 1 ? new Aborted(error) : error;
      for (const waiting of group) waiting.reject(told);
    }
  }

  /** Counting starts anew where there is no pool yet, or one of another kind of period. */
  async #read(): Promise<PoolSnapshot> {
    const { firestore, now, newEpoch, onOperations } = this.#options;
    const found = await poolRef(firestore()).get();
    onOperations(1, 0);
    const document = found.data();
    const pool =
      document?.period === this.budget.period ? poolOf(document) : newPool(newEpoch(), this.budget, now());
    return { pool, updateTime: found.updateTime };
  }
}

/** A commit that several took part in has failed: each is to try again. */
class Aborted extends Error {
  readonly code = 10;

  constructor(cause: unknown) {
    super('A commit with others failed', { cause });
  }
}
