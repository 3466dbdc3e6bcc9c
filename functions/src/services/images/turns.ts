import { GatewayError } from '../../domain/errors.ts';

const AT_ONCE = 1;
const MOST_WAITING = 16;
export const LONGEST_WAIT_MS = 30_000;
const RETRY_AFTER_SECONDS = 5;

/**
 * Turns at what takes much memory: a decoded picture is up to 100 MB, and an instance carries many requests. One is
 * worked on at a time in a process, some wait, and what comes then is refused.
 */
export class Turns {
  #taken = 0;
  readonly #waiting: (() => void)[] = [];

  /**
   * @param patience `however long`: work that can't be asked for again
   * @throws GatewayError `unavailable` where too many wait, or one's turn does not come
   */
  async take<T>(work: () => Promise<T>, patience?: 'however long'): Promise<T> {
    await this.#enter(patience !== undefined);
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#taken -= 1;
    }
  }

  async #enter(isPatient: boolean): Promise<void> {
    if (this.#taken < AT_ONCE) {
      this.#taken += 1;
      return;
    }
    if (isPatient) return new Promise((resolve) => this.#waiting.push(resolve));
    if (this.#waiting.length >= MOST_WAITING) throw busy();
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(enter), 1);
        reject(busy());
      }, LONGEST_WAIT_MS);
      const enter = () => {
        clearTimeout(timer);
        resolve();
      };
      this.#waiting.push(enter);
    });
  }
}

const busy = () =>
  new GatewayError('unavailable', 'Too many pictures are being worked on. Try again shortly.', {
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  });

/** Those of this process. */
export const TURNS = new Turns();
