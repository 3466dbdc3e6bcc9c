import type { GatewayError } from '../../domain/errors.ts';
import type { Refusal } from '../../domain/ledger/admit.ts';

const LONGEST_MS = 1_000;

export interface Size {
  tokens: number;
  nanoUsd: number | undefined;
}

/**
 * The last refusal of one user, so that a flood of refused requests costs no read each. It answers for requests
 * at least as large, for as long as the refusal said and never longer than a second; a settlement on this
 * instance ends it.
 */
export class RefusalMemory {
  #last: { until: number; size: Size; error: GatewayError } | undefined;
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  remember(refusal: Refusal, size: Size, error: GatewayError): void {
    if (refusal.reason !== 'limited' && refusal.reason !== 'budget_spent') return;
    const ms = refusal.reason === 'limited' ? Math.min(refusal.retryAfterMs, LONGEST_MS) : LONGEST_MS;
    this.#last = { until: this.#now() + ms, size, error };
  }

  recall(size: Size): GatewayError | undefined {
    const last = this.#last;
    if (last === undefined) return undefined;
    if (this.#now() >= last.until) return this.forget();
    const asLarge = size.tokens >= last.size.tokens && cost(size) >= cost(last.size);
    return asLarge ? last.error : undefined;
  }

  forget(): undefined {
    this.#last = undefined;
  }
}

/** What has no price is larger than anything that has one. */
const cost = ({ nanoUsd }: Size): number => nanoUsd ?? Number.POSITIVE_INFINITY;
