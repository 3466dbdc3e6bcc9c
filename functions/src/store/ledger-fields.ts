import { Timestamp } from '@google-cloud/firestore';
import { z } from 'zod';
import type { Account } from '../domain/ledger/account.ts';
import { UNITS } from '../domain/ledger/bucket.ts';
import { PERIODS } from '../domain/ledger/period.ts';

/** `rateLimitBuckets/{uid}` and `rateLimitBuckets/{keyId}`. */
export const LEDGERS = 'rateLimitBuckets';

export const timestamp = z.instanceof(Timestamp);

export const budgetSchema = z.object({ period: z.enum(PERIODS), nanoUsd: z.int().nonnegative() });

/** What is settled in one period: which, and how much. */
export const settledSchema = z.object({ key: z.string(), nanoUsd: z.int().nonnegative() });

/** An account's sums, the same in a user's document and a key's. Levels in tokens and requests with decimals, amounts whole. */
export const accountSchema = {
  lastRefill: timestamp,
  heldTokens: z.int().nonnegative(),
  heldNanoUsd: z.int().nonnegative(),
  settled: z.object({
    day: settledSchema,
    week: settledSchema,
    month: settledSchema,
    total: settledSchema,
  }),
};

/** Exact both ways: a level is a whole number of units, far below the precision of the decimal that is stored. */
export const levelField = (level: number): number => level / UNITS;
export const levelOf = (stored: number): number => Math.round(stored * UNITS);

export function accountFields(account: Account, asOf: number) {
  const { heldTokens, heldNanoUsd, settled } = account;
  return { lastRefill: Timestamp.fromMillis(asOf), heldTokens, heldNanoUsd, settled };
}
