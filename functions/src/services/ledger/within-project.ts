import type { Firestore } from '@google-cloud/firestore';
import { isBlockedByProject } from '../../domain/ledger/admit.ts';
import type { Outcome } from './operations.ts';
import type { ProjectPool } from './project-pool.ts';
import { reclaimLeases } from './reclaim-leases.ts';
import { refusalError } from './refusal-error.ts';
import { RefusalMemory } from './refusal-memory.ts';

export interface WithinProjectOptions {
  firestore: () => Firestore;
  project: ProjectPool;
  /** The ledger's time. */
  now: () => number;
  localNow: () => number;
  /** How long to go on while others take what was just reclaimed. */
  waitMs: number;
  onOperations: (reads: number, writes: number) => void;
}

/**
 * Admits within the project's budget: before it refuses, what other ledgers have leased and don't use is taken back,
 * so that nothing is refused that the budget as a whole still covers.
 */
export class WithinProject {
  readonly #options: WithinProjectOptions;
  readonly #memory: RefusalMemory;
  /** One pass at a time: what it frees is for all who wait. */
  #pass: Promise<boolean> | undefined;

  constructor(options: WithinProjectOptions) {
    this.#options = options;
    this.#memory = new RefusalMemory(options.localNow);
  }

  /**
   * @param request `mayRecall`: what was refused to others is refused to it too. Not where its answer may be kept, which
   *   is given whatever the limits say; nor where a part of the amount is held already
   * @throws GatewayError a refusal by the project's budget that was given to anybody within the last second
   */
  async admit(
    { userId, nanoUsd, mayRecall }: { userId: string; nanoUsd: number | undefined; mayRecall: boolean },
    admit: () => Promise<Outcome>,
  ): Promise<Outcome> {
    const size = { tokens: 0, nanoUsd };
    const remembered = mayRecall ? this.#memory.recall(size) : undefined;
    if (remembered) throw remembered;
    const { localNow, waitMs } = this.#options;
    const until = localNow() + waitMs;
    for (let isFinal = false; ; ) {
      const outcome = await admit();
      if (outcome.kind !== 'refused' || !isBlockedByProject(outcome.refusal)) return outcome;
      // Also what is spent is certain only once every ledger has reported its corrections.
      if (isFinal || localNow() >= until) {
        // Without the limits of the user who happened to be the first.
        this.#memory.remember(outcome.refusal, size, refusalError(outcome.refusal, []));
        return outcome;
      }
      isFinal = await this.#reclaim(nanoUsd ?? 0, userId);
    }
  }

  forgetRefusal(): void {
    this.#memory.forget();
  }

  /** Whether there is no more to be had; what a pass of others found is only worth another try. */
  async #reclaim(needNanoUsd: number, userId: string): Promise<boolean> {
    if (this.#pass) {
      await this.#pass.catch(() => undefined);
      return false;
    }
    const { firestore, ...rest } = this.#options;
    this.#pass = reclaimLeases({ ...rest, firestore: firestore() }, needNanoUsd, userId);
    try {
      return await this.#pass;
    } finally {
      this.#pass = undefined;
    }
  }
}
