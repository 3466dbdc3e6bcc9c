import type { Period } from './ledger/period.ts';
import { OWN_WORK } from './own-work.ts';

/** A cap on spending within one period, UTC. */
export interface Budget {
  period: Period;
  nanoUsd: number;
}

/** Everything that limits one user, resolved from their tier and overrides. */
export interface Limits {
  /** The token bucket, in whole LLM tokens: requests hold the upper bound of their input and output. */
  tokens: { capacity: number; refillPerSecond: number };
  /** Also the burst: a bucket of this many requests, refilled evenly over a minute. */
  requestsPerMinute: number;
  /** Requests under way at once. */
  concurrency: number;
  budgets: readonly Budget[];
  /** Model ids that may be called; undefined: all. */
  models: readonly string[] | undefined;
}

/** What an admin may set for one user instead of the tier's value. Absent: the tier's. */
export interface LimitOverrides {
  tokens?: { capacity?: number; refillPerSecond?: number };
  requestsPerMinute?: number;
  concurrency?: number;
  /** Replaces all of the tier's budgets; empty: no budget. */
  budgets?: readonly Budget[];
  models?: readonly string[];
}

const USD = 1_000_000_000;

/**
 * The one table of tiers.
 *
 * The free tier is for trying things: its budget carries the hold of one request with 64,000 output tokens and
 * 200,000 bytes of input at the dearest price that chat models commonly have (120 USD per million output
 * tokens, 15 USD per million input tokens: 10.68 USD), so that it isn't refused before anything was spent.
 */
export const TIERS = {
  free: {
    tokens: { capacity: 1_000_000, refillPerSecond: 2_000 },
    requestsPerMinute: 120,
    concurrency: 10,
    budgets: [{ period: 'day', nanoUsd: 20 * USD }],
    models: undefined,
  },
  pro: {
    tokens: { capacity: 4_000_000, refillPerSecond: 20_000 },
    requestsPerMinute: 1_200,
    concurrency: 50,
    budgets: [{ period: 'month', nanoUsd: 500 * USD }],
    models: undefined,
  },
  team: {
    tokens: { capacity: 20_000_000, refillPerSecond: 200_000 },
    requestsPerMinute: 12_000,
    concurrency: 250,
    budgets: [{ period: 'month', nanoUsd: 5_000 * USD }],
    models: undefined,
  },
} as const satisfies Record<string, Limits>;

export type Tier = keyof typeof TIERS;

export const DEFAULT_TIER: Tier = 'free';
export const TIER_NAMES = Object.keys(TIERS) as [Tier, ...Tier[]];

/** The limits of a user of this tier with these overrides. */
export function resolveLimits(tier: Tier, overrides: LimitOverrides | undefined): Limits {
  const base: Limits = TIERS[tier];
  return {
    tokens: { ...base.tokens, ...overrides?.tokens },
    requestsPerMinute: overrides?.requestsPerMinute ?? base.requestsPerMinute,
    concurrency: overrides?.concurrency ?? base.concurrency,
    budgets: overrides?.budgets ?? base.budgets,
    models: overrides?.models ?? base.models,
  };
}

/** Whether the limits allow a model: its id alone, or `provider/id`. Our own work calls none. */
export function allowsModel(limits: Limits, provider: string, model: string): boolean {
  return (
    limits.models === undefined ||
    provider === OWN_WORK ||
    limits.models.includes(model) ||
    limits.models.includes(`${provider}/${model}`)
  );
}
