const LEAST_LINGER_MS = 25;
const MOST_LINGER_MS = 500;

/**
 * When one instance should go for a user's document again. Compare-and-set lets who won win again, since it alone
 * knows the state without reading; so after a conflict an instance lingers before each commit, gathers more
 * operations into it and lets others have their turn. Without conflicts there is no wait at all.
 */
export class Pace {
  #commitMs = 10;
  #lingerMs = 0;
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
  }

  /** How long to wait before taking the next group. */
  lingerMs(): number {
    return this.#lingerMs * (0.5 + this.#random());
  }

  committed(tookMs: number): void {
    this.#commitMs += (tookMs - this.#commitMs) / 8;
    this.#lingerMs = this.#lingerMs < LEAST_LINGER_MS / 4 ? 0 : this.#lingerMs * 0.75;
  }

  /** The slower the database commits, the longer a turn is. */
  conflicted(): void {
    this.#lingerMs = Math.min(Math.max(LEAST_LINGER_MS, 2 * this.#commitMs), MOST_LINGER_MS);
  }

  /** How long to wait before the same group is judged again, `failures` being 1 after the first. */
  backoffMs(kind: 'conflict' | 'transient', failures: number): number {
    const [first, most] = kind === 'conflict' ? [8, Math.max(30, this.#commitMs)] : [50, 1_000];
    return this.#random() * Math.min(first * 2 ** failures, most);
  }
}
