import type { Budget } from '../tiers.ts';
import { type BucketLimit, refill, UNITS } from './bucket.ts';
import { PERIODS, type Period, periodKey } from './period.ts';

/** Spending within the current period of one kind. */
export interface Settled {
  /** Which period, for instance `2026-11-23`: a new one starts at zero, with no job to reset it. */
  key: string;
  nanoUsd: number;
}

/**
 * What one principal, a user or an API key, has left and has spent.
 * Levels in units of 1/60000 (bucket.ts); amounts in LLM tokens and nano-USD. A level may be negative: an overrun
 * is a debt that refilling pays back. Where nothing limits it, it is infinite.
 */
export interface Account {
  tokenLevel: number;
  requestLevel: number;
  heldTokens: number;
  heldNanoUsd: number;
  /** Holds that are live, which is the number of requests under way. */
  liveHolds: number;
  /** Every kind of period is kept, whatever the budgets of today: a changed budget finds the true sums. */
  settled: Record<Period, Settled>;
}

/** What a request takes until it is settled. */
export interface Amount {
  tokens: number;
  nanoUsd: number;
}

/** What limits one account; a bucket or a number that is absent doesn't. */
export interface AccountLimits {
  tokens: BucketLimit | undefined;
  requests: BucketLimit | undefined;
  /** Requests under way at once. */
  concurrency: number | undefined;
  budgets: readonly Budget[];
}

/** An account that has used nothing. */
export function freshAccount(limits: AccountLimits, at: number): Account {
  const settled = {} as Record<Period, Settled>;
  for (const period of PERIODS) settled[period] = { key: periodKey(period, at), nanoUsd: 0 };
  return {
    tokenLevel: fullLevel(limits.tokens, 0),
    requestLevel: fullLevel(limits.requests, 0),
    heldTokens: 0,
    heldNanoUsd: 0,
    liveHolds: 0,
    settled,
  };
}

export function copyAccount(account: Account): Account {
  const { day, week, month, total } = account.settled;
  return {
    ...account,
    settled: { day: { ...day }, week: { ...week }, month: { ...month }, total: { ...total } },
  };
}

/** A bucket that nothing more fits into. */
const fullLevel = (limit: BucketLimit | undefined, held: number): number =>
  limit ? (limit.capacity - held) * UNITS : Number.POSITIVE_INFINITY;

/** Brings an account under limits that may be new: a bucket that is new starts full, one that is gone is infinite. */
export function limitAccount(account: Account, { tokens, requests }: AccountLimits): void {
  if (!tokens || account.tokenLevel === Number.POSITIVE_INFINITY) {
    account.tokenLevel = fullLevel(tokens, account.heldTokens);
  }
  if (!requests || account.requestLevel === Number.POSITIVE_INFINITY) {
    account.requestLevel = fullLevel(requests, 0);
  }
}

/** Refills both buckets for the time that passed and starts the periods that began meanwhile. */
export function advanceAccount(account: Account, limits: AccountLimits, from: number, to: number): void {
  const elapsed = to - from;
  const { tokens, requests } = limits;
  if (tokens) account.tokenLevel = refill(account.tokenLevel, account.heldTokens, tokens, elapsed);
  if (requests) account.requestLevel = refill(account.requestLevel, 0, requests, elapsed);
  for (const period of PERIODS) {
    const key = periodKey(period, to);
    if (account.settled[period].key !== key) account.settled[period] = { key, nanoUsd: 0 };
  }
}

/** Holds an amount, and takes one request from the bucket of requests. */
export function hold(account: Account, amount: Amount): void {
  account.tokenLevel -= amount.tokens * UNITS;
  account.requestLevel -= UNITS;
  account.heldTokens += amount.tokens;
  account.heldNanoUsd += amount.nanoUsd;
  account.liveHolds += 1;
}

/** Holds more for a request that is held already. */
export function raiseHold(account: Account, more: Amount): void {
  account.tokenLevel -= more.tokens * UNITS;
  account.heldTokens += more.tokens;
  account.heldNanoUsd += more.nanoUsd;
}

/**
 * Ends a hold on whose behalf nothing was called. The request itself stays taken: that bucket has refilled since,
 * and giving back what was taken before a window would allow more than its capacity within it (I2).
 */
export function release(account: Account, held: Amount): void {
  dropHold(account, held);
  account.tokenLevel += held.tokens * UNITS;
}

/** Replaces a hold by what was really taken; the rest goes back into the bucket, an overrun out of it. */
export function settleHold(account: Account, held: Amount, taken: Amount): void {
  dropHold(account, held);
  account.tokenLevel += (held.tokens - taken.tokens) * UNITS;
  for (const period of PERIODS) account.settled[period].nanoUsd += taken.nanoUsd;
}

/**
 * Takes back spending that was settled at `settledAt` at too much, in the periods that are still the ones it was
 * settled in. The bucket gets nothing back: it has refilled since, and would allow more than its capacity (I2).
 */
export function correctSettled(account: Account, excessNanoUsd: number, settledAt: number): void {
  for (const period of PERIODS) {
    const settled = account.settled[period];
    if (settled.key === periodKey(period, settledAt)) settled.nanoUsd -= excessNanoUsd;
  }
}

function dropHold(account: Account, held: Amount): void {
  account.heldTokens -= held.tokens;
  account.heldNanoUsd -= held.nanoUsd;
  account.liveHolds -= 1;
}

/** @throws RangeError where a sum has left the range that a double holds exactly (about 9 million USD). */
export function assertSound(account: Account): void {
  const levels = [account.tokenLevel, account.requestLevel];
  const sums = [
    ...levels.filter((level) => level !== Number.POSITIVE_INFINITY),
    account.heldTokens,
    account.heldNanoUsd,
    account.liveHolds,
  ];
  for (const period of PERIODS) sums.push(account.settled[period].nanoUsd);
  const exact = sums.every(Number.isSafeInteger);
  if (!exact || account.heldTokens < 0 || account.heldNanoUsd < 0 || account.liveHolds < 0) {
    throw new RangeError('The sums of a ledger left their range');
  }
}
