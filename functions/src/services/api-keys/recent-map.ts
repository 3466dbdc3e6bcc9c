/** A map that forgets what is older than `ttlMs`, and, once full, what was used longest ago. */
export class RecentMap<V> {
  readonly #entries = new Map<string, { value: V; until: number }>();
  readonly #most: number;
  readonly #ttlMs: number;
  readonly #now: () => number;

  constructor(most: number, ttlMs: number, now: () => number) {
    this.#most = most;
    this.#ttlMs = ttlMs;
    this.#now = now;
  }

  get(key: string): V | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    this.#entries.delete(key);
    if (entry.until <= this.#now()) return undefined;
    // A map keeps the order of insertion: what was used last comes last.
    this.#entries.set(key, entry);
    return entry.value;
  }

  set(key: string, value: V): void {
    this.#entries.delete(key);
    this.#entries.set(key, { value, until: this.#now() + this.#ttlMs });
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > this.#most && oldest !== undefined) this.#entries.delete(oldest);
  }
}
