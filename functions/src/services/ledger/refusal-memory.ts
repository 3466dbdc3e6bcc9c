import type { GatewayError } from '../../domain/errors.ts';
import type { Refusal } from '../../domain/ledger/admit.ts';

const LONGEST_MS = 1_000;

export interface Size {
  tokens: number;
  nanoUsd: number | undefined;
  apiKey?: { id: string };
}

/** API keys of one user with a refusal to remember; more than that come after one another within a second. */
const MOST = 100;

/**
 * The last refusal of one user without a key, and with each key, so that a flood of refused requests costs no read
 * each. It answers for requests by the same at least as large, for as long as the refusal said and never longer than a
 * second; a settlement on this instance ends it.
 */
export class RefusalMemory {
  readonly #last = new Map<string, { until: number; size: Size; error: GatewayError }>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  remember(refusal: Refusal, size: Size, error: GatewayError): void {
    if (refusal.reason !== 'limited' && refusal.reason !== 'budget_spent') return;
    const ms = refusal.reason === 'limited' ? Math.min(refusal.retryAfterMs, LONGEST_MS) : LONGEST_MS;
    this.#last.delete(by(size));
    this.#last.set(by(size), { until: this.#now() + ms, size, error });
    const [oldest] = this.#last.keys();
    if (this.#last.size > MOST && oldest !== undefined) this.#last.delete(oldest);
  }

  recall(size: Size): GatewayError | undefined {
    const last = this.#last.get(by(size));
    if (last === undefined) return undefined;
    if (this.#now() >= last.until) {
      this.#last.delete(by(size));
      return undefined;
    }
    const asLarge = size.tokens >= last.size.tokens && cost(size) >= cost(last.size);
    return asLarge ? last.error : undefined;
  }

  forget(): void {
    this.#last.clear();
  }
}

/** The id of a key, or nothing. */
const by = ({ apiKey }: Size): string => apiKey?.id ?? '';

/** What has no price is larger than anything that has one. */
const cost = ({ nanoUsd }: Size): number => nanoUsd ?? Number.POSITIVE_INFINITY;
