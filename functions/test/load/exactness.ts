import type { Limits } from '../../src/domain/tiers.ts';
import type { UsageDocument } from '../../src/store/usage-metrics.ts';

/** What the limits of one user let through, held against what they allow. */
export interface Exactness {
  /** What is counted: tokens, requests, requests at once, or requests that fit the budget. */
  unit: string;
  admitted: number;
  /** Undefined: the limit was never reached, so nothing can be said. */
  allowed: number | undefined;
  /** More than allowed, in any window; 0 unless the ledger is wrong. */
  over: number;
}

type Taken = Pick<
  UsageDocument,
  'admittedAt' | 'timestamp' | 'inputTokens' | 'outputTokens' | 'costNanoUsd' | 'heldNanoUsd'
>;

/**
 * The most by which what was taken in any window of time exceeds capacity + refill x the window's length (I2);
 * negative by what was left. Linear: the worst window that ends at each request is the worst one that ended at the
 * request before it, longer by the time in between, or begins here.
 */
export function overBucket(
  taken: readonly { at: number; amount: number }[],
  bucket: { capacity: number; refillPerMs: number },
): number {
  let worst = Number.NEGATIVE_INFINITY;
  let ending = 0;
  let last: number | undefined;
  for (const { at, amount } of taken.toSorted((a, b) => a.at - b.at)) {
    ending = Math.max(0, ending - bucket.refillPerMs * (at - (last ?? at))) + amount;
    last = at;
    worst = Math.max(worst, ending - bucket.capacity);
  }
  return worst;
}

/** How many were under way at once at the most: admitted before another one ended. */
export function mostAtOnce(spans: readonly { from: number; to: number }[]): number {
  const edges = spans.flatMap(({ from, to }) => [
    { at: from, by: 1 },
    { at: to, by: -1 },
  ]);
  // What ends at the moment in which another one begins has made room for it.
  edges.sort((a, b) => a.at - b.at || a.by - b.by);
  let now = 0;
  let most = 0;
  for (const { by } of edges) {
    now += by;
    most = Math.max(most, now);
  }
  return most;
}

/**
 * How many requests fit a budget one after the other, each holding `held` and then costing `cost`: the last one is
 * let in as long as its hold fits.
 */
export function fitting(budget: number, held: number, cost: number): number {
  return budget < held ? 0 : Math.floor((budget - held) / cost) + 1;
}

export function tokensExactness(
  records: readonly Taken[],
  { capacity, refillPerSecond }: Limits['tokens'],
): Exactness {
  return bucketExactness(
    'tokens',
    records.map(({ admittedAt, inputTokens, outputTokens }) => ({
      at: admittedAt.toMillis(),
      amount: inputTokens + outputTokens,
    })),
    { capacity, refillPerMs: refillPerSecond / 1000 },
  );
}

export function requestsExactness(records: readonly Taken[], perMinute: number): Exactness {
  return bucketExactness(
    'requests',
    records.map(({ admittedAt }) => ({ at: admittedAt.toMillis(), amount: 1 })),
    { capacity: perMinute, refillPerMs: perMinute / 60_000 },
  );
}

export function concurrencyExactness(records: readonly Taken[], limit: number): Exactness {
  const admitted = mostAtOnce(
    records.map(({ admittedAt, timestamp }) => ({ from: admittedAt.toMillis(), to: timestamp.toMillis() })),
  );
  return { unit: 'at once', admitted, allowed: limit, over: Math.max(0, admitted - limit) };
}

/** @param isSpent whether the user was told at the end that the budget is spent. */
export function budgetExactness(records: readonly Taken[], nanoUsd: number, isSpent: boolean): Exactness {
  const spent = records.reduce((sum, { costNanoUsd }) => sum + costNanoUsd, 0);
  const [first] = records;
  const allAlike = records.every(
    ({ costNanoUsd, heldNanoUsd }) => costNanoUsd === first?.costNanoUsd && heldNanoUsd === first.heldNanoUsd,
  );
  const allowed =
    isSpent && first && allAlike ? fitting(nanoUsd, first.heldNanoUsd, first.costNanoUsd) : undefined;
  return {
    unit: 'requests',
    admitted: records.length,
    allowed,
    over: spent > nanoUsd ? spent - nanoUsd : Math.max(0, records.length - (allowed ?? records.length)),
  };
}

function bucketExactness(
  unit: string,
  taken: readonly { at: number; amount: number }[],
  bucket: { capacity: number; refillPerMs: number },
): Exactness {
  const times = taken.map(({ at }) => at);
  const spanMs = taken.length === 0 ? 0 : Math.max(...times) - Math.min(...times);
  return {
    unit,
    admitted: taken.reduce((sum, { amount }) => sum + amount, 0),
    allowed: bucket.capacity + bucket.refillPerMs * spanMs,
    // Below a thousandth of one it is the rounding of this sum, not the ledger's: that counts in whole units.
    over: Math.max(0, Math.floor(1000 * overBucket(taken, bucket)) / 1000),
  };
}
