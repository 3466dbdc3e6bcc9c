import type { Firestore } from '@google-cloud/firestore';
import { newPool } from '../../domain/ledger/lease.ts';
import type { Budget } from '../../domain/tiers.ts';
import { poolOf, poolRef } from '../../store/project-pool.ts';
import type { PoolSnapshot } from './ledger-store.ts';

export interface ProjectPoolOptions {
  firestore: () => Firestore;
  budget: Budget;
  /** The ledger's time. */
  now: () => number;
  newEpoch: () => string;
  onOperations: (reads: number, writes: number) => void;
}

export interface OpenPool extends PoolSnapshot {
  /** Read just now, rather than as this instance's own last commit left it. */
  isFresh: boolean;
}

/**
 * The pool of the project's budget as this instance knows it. One at a time has it: those that waited start from what
 * the one before committed, where otherwise all but one would fail.
 */
export class ProjectPool {
  readonly budget: Budget;
  readonly #options: ProjectPoolOptions;
  #cached: PoolSnapshot | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: ProjectPoolOptions) {
    this.#options = options;
    this.budget = options.budget;
  }

  /** Runs `work` when it is its turn; what it commits is to be told to `committed`. Forgets the pool where it fails. */
  exclusively<T>(work: (opened: OpenPool) => Promise<T>): Promise<T> {
    const turn = this.#last.then(async () => {
      try {
        const isFresh = this.#cached === undefined;
        this.#cached ??= await this.#read();
        return await work({ ...this.#cached, isFresh });
      } catch (error) {
        this.forget();
        throw error;
      }
    });
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  committed(snapshot: PoolSnapshot): void {
    this.#cached = snapshot;
  }

  forget(): void {
    this.#cached = undefined;
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
