import type { Account, AccountLimits } from './account.ts';
import { type KeyState, keyLimits } from './key-state.ts';
import { type LedgerState, userLimits } from './state.ts';

/** An account that a request is held against, with what limits it: the user's, and the API key's where there is one. */
export interface Holder {
  account: Account;
  limits: AccountLimits;
  asOf: number;
  /** What the names of its limits start with. */
  prefix: '' | 'key-';
}

/** All accounts that a request of this user, with this key, is held against. */
export function holdersOf(state: LedgerState, keyId: string | undefined): Holder[] {
  const { account, asOf } = state;
  const holders: Holder[] = [{ account, limits: userLimits(state.limits), asOf, prefix: '' }];
  const key = keyId === undefined ? undefined : state.keys.get(keyId);
  if (key) holders.push(holderOfKey(key));
  return holders;
}

export const holderOfKey = ({ account, access, asOf }: KeyState): Holder => ({
  account,
  limits: keyLimits(access),
  asOf,
  prefix: 'key-',
});
