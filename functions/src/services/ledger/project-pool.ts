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
  localNow: () => number;
  newEpoch: () => string;
  onOperations: (reads: number, writes: number) => void;
}

export interface OpenPool extends PoolSnapshot {
  /** When it was sent for, or the commit that left it so, in local time. */
  knownAt: number;
}

/**
 * The pool of the project's budget as this instance knows it. One at a time has it: those that waited start from what
 * the one before committed, where otherwise all but one would fail.
 */
export class ProjectPool {
  readonly budget: Budget;
  readonly #options: ProjectPoolOptions;
  #cached: OpenPool | undefined;
  #last: Promise<unknown> = Promise.resolve();
  /** When the turn that has the pool began. */
  #startedAt = 0;

  constructor(options: ProjectPoolOptions) {
    this.#options = options;
    this.budget = options.budget;
  }

  /** Runs `work` when it is its turn; what it commits is to be told to `committed`. Forgets the pool where it fails. */
  exclusively<T>(work: (opened: OpenPool) => Promise<T>): Promise<T> {
    const turn = this.#last.then(async () => {
      try {
        this.#startedAt = this.#options.localNow();
        this.#cached ??= { ...(await this.#read()), knownAt: this.#startedAt };
        return await work(this.#cached);
      } catch (error) {
        this.forget();
        throw error;
      }
    });
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  committed(snapshot: PoolSnapshot): void {
    this.#cached = { ...snapshot, knownAt: this.#startedAt };
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
