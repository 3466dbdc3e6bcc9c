import { GatewayError } from '../../domain/errors.ts';

const MOST_WAITING = 16;
export const LONGEST_WAIT_MS = 30_000;
const RETRY_AFTER_SECONDS = 5;

/** Ends a turn; once more does nothing. */
export type Leave = () => void;

interface Waiting {
  size: number;
  enter: () => void;
}

/**
 * Turns at what takes much memory, since an instance carries many requests. So much of it at a time is taken in a process,
 * in the order in which it was asked for; some wait, and what comes then is refused.
 */
export class Turns {
  readonly #most: number;
  #taken = 0;
  #waiting: Waiting[] = [];

  /** @param most of what is taken together; by default one turn at a time */
  constructor(most = 1) {
    this.#most = most;
  }

  /**
   * @param patience `however long`: work that can't be asked for again
   * @throws GatewayError `unavailable` where too many wait, or one's turn does not come
   */
  async take<T>(work: () => Promise<T>, patience?: 'however long'): Promise<T> {
    const leave = await this.enter(1, patience);
    try {
      return await work();
    } finally {
      leave();
    }
  }

  /** A turn that lasts until it is left. @param size no more than there is @throws GatewayError as `take` does */
  async enter(size: number, patience?: 'however long'): Promise<Leave> {
    if (this.#waiting.length > 0 || !this.#fits(size)) await this.#wait(size, patience !== undefined);
    else this.#taken += size;
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      this.#taken -= size;
      this.#letIn();
    };
  }

  #wait(size: number, isPatient: boolean): Promise<void> {
    if (isPatient) return new Promise((resolve) => this.#waiting.push({ size, enter: resolve }));
    if (this.#waiting.length >= MOST_WAITING) throw busy();
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting = this.#waiting.filter((each) => each !== waiting);
        reject(busy());
        // Those behind may be smaller.
        this.#letIn();
      }, LONGEST_WAIT_MS);
      const enter = () => {
        clearTimeout(timer);
        resolve();
      };
      const waiting = { size, enter };
      this.#waiting.push(waiting);
    });
  }

  #letIn(): void {
    for (let next = this.#waiting[0]; next && this.#fits(next.size); next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#taken += next.size;
      next.enter();
    }
  }

  #fits(size: number): boolean {
    return this.#taken + size <= this.#most;
  }
}

const busy = () =>
  new GatewayError('unavailable', 'Too many pictures are being worked on. Try again shortly.', {
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  });

/** Those at decoding, in this process: a decoded picture is up to 100 MB. */
export const TURNS = new Turns();
