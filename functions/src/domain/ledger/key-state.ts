import {
  type Account,
  type AccountLimits,
  advanceAccount,
  copyAccount,
  freshAccount,
  limitAccount,
} from './account.ts';
import type { KeyAccess } from './key-access.ts';

/**
 * One API key's own account at the moment `asOf`. Its holds live in the user's ledger and carry the key's id; here
 * is what they add up to.
 */
export interface KeyState {
  asOf: number;
  access: KeyAccess;
  account: Account;
  /** When it was last admitted, ms since the epoch. */
  lastUsedAt: number | undefined;
}

export function keyLimits({ limits, budget }: KeyAccess): AccountLimits {
  const { tokensPerMinute, requestsPerMinute, concurrency } = limits;
  return {
    tokens: perMinute(tokensPerMinute),
    requests: perMinute(requestsPerMinute),
    concurrency,
    budgets: budget === undefined ? [] : [budget],
  };
}

const perMinute = (rate: number | undefined) =>
  rate === undefined ? undefined : { capacity: rate, refillPerMinute: rate };

export function freshKey(access: KeyAccess, at: number): KeyState {
  return { asOf: at, access, account: freshAccount(keyLimits(access), at), lastUsedAt: undefined };
}

/** A stored account under limits that may have changed since it was stored. */
export function keyStateOf(stored: KeyState): KeyState {
  const account = copyAccount(stored.account);
  limitAccount(account, keyLimits(stored.access));
  return { ...stored, account };
}

export const copyKey = (key: KeyState): KeyState => ({ ...key, account: copyAccount(key.account) });

/** The key at `at`, or as it is when a clock lags behind; never changes the one it is given. */
export function advancedKey(key: KeyState, at: number): KeyState {
  if (at <= key.asOf) return key;
  const next = copyKey(key);
  advanceAccount(next.account, keyLimits(key.access), key.asOf, at);
  next.asOf = at;
  return next;
}
