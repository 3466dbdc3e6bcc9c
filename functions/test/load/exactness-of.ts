import { resolveLimits } from '../../src/domain/tiers.ts';
import type { UsageDocument } from '../../src/store/usage-metrics.ts';
import {
  budgetExactness,
  concurrencyExactness,
  type Exactness,
  requestsExactness,
  tokensExactness,
} from './exactness.ts';
import type { Kind, PlannedUser } from './plan.ts';

/** The exactness of the one limit that a user was there to run into; none for a loose one. */
export function exactnessOf(
  { kind, overrides }: PlannedUser,
  records: readonly UsageDocument[],
  isSpent: boolean,
): { kind: Kind; exactness: Exactness }[] {
  const { requestsPerMinute, concurrency, budgets } = overrides;
  const exactness = (): Exactness | undefined => {
    switch (kind) {
      case 'tokens':
        return tokensExactness(records, resolveLimits('free', overrides).tokens);
      case 'requests':
        return requestsPerMinute === undefined ? undefined : requestsExactness(records, requestsPerMinute);
      case 'concurrency':
        return concurrency === undefined ? undefined : concurrencyExactness(records, concurrency);
      case 'budget':
        return budgets?.[0] && budgetExactness(records, budgets[0].nanoUsd, isSpent);
      case 'loose':
        return undefined;
    }
  };
  const found = exactness();
  return found ? [{ kind, exactness: found }] : [];
}
