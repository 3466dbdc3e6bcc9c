import { useQueries } from '@tanstack/react-query';
import type { ApiKey } from '#lib/api/types.ts';
import { keySpendQuery } from '../api/queries.ts';
import { spendSince } from '../state/spend-since.ts';

/** What keys have spent in the period of their budgets, in USD; undefined until it is known. */
export function useSpend(uid: string, keys: readonly ApiKey[]): (key: ApiKey) => string | undefined {
  const now = Date.now();
  const days = [...new Set(keys.map((key) => spendSince(key, now)))];
  const results = useQueries({ queries: days.map((day) => keySpendQuery(uid, day)) });
  const byDay = new Map(days.map((day, index) => [day, results[index]?.data]));
  return (key) => {
    const known = byDay.get(spendSince(key, now));
    return known === undefined ? undefined : (known.get(key.id) ?? '0');
  };
}
