import { addSums, noUsageSums, type UsageGroup, type UsageSums } from '../../domain/rollup.ts';
import type { StoreHandle } from '../../store/handle.ts';
import { type RollupDocument, rollupRef } from '../../store/usage-rollups.ts';
import { rollUpDay } from './roll-up-day.ts';

export type GroupBy = 'day' | 'model' | 'provider' | 'apiKey';

export interface SummaryRequest {
  groupBy: GroupBy;
  /** UTC days, both inclusive. */
  from: string;
  to: string;
  provider?: string | undefined;
  model?: string | undefined;
  apiKeyId?: string | undefined;
}

export interface SummaryItem extends UsageSums {
  day?: string;
  provider?: string;
  model?: string;
  apiKeyId?: string | null;
}

const DAY_MS = 86_400_000;
const DAYS_AT_ONCE = 10;

/** Sums of a user's usage, the dearest group first and days in their order. */
export async function summariseUsage(
  store: StoreHandle,
  uid: string,
  request: SummaryRequest,
): Promise<SummaryItem[]> {
  const days = daysBetween(request.from, request.to);
  const known = await store.getAll<RollupDocument>(days.map((day) => rollupRef(store.firestore, uid, day)));
  const items = new Map<string, SummaryItem>();
  // A few days at a time: a first summary over a year must not run hundreds of queries at once.
  for (let at = 0; at < days.length; at += DAYS_AT_ONCE) {
    const some = days.slice(at, at + DAYS_AT_ONCE);
    const groups = await Promise.all(some.map((day, i) => rollUpDay(store, uid, day, known[at + i])));
    for (const [i, day] of some.entries()) {
      for (const group of groups[i] ?? []) {
        if (!matches(group, request)) continue;
        const of = labelOf(group, day, request.groupBy);
        const key = JSON.stringify(of);
        const item = items.get(key) ?? { ...of, ...noUsageSums() };
        addSums(item, group);
        items.set(key, item);
      }
    }
  }
  const sorted = [...items.values()];
  return request.groupBy === 'day' ? sorted : sorted.sort((a, b) => b.costNanoUsd - a.costNanoUsd);
}

function daysBetween(from: string, to: string): string[] {
  const days: string[] = [];
  for (let at = Date.parse(from); at <= Date.parse(to); at += DAY_MS)
    days.push(new Date(at).toISOString().slice(0, 10));
  return days;
}

const matches = (group: UsageGroup, { provider, model, apiKeyId }: SummaryRequest) =>
  (provider ?? group.provider) === group.provider &&
  (model ?? group.model) === group.model &&
  (apiKeyId ?? group.apiKeyId) === group.apiKeyId;

function labelOf({ provider, model, apiKeyId }: UsageGroup, day: string, groupBy: GroupBy) {
  switch (groupBy) {
    case 'day':
      return { day };
    case 'provider':
      return { provider };
    case 'model':
      return { provider, model };
    case 'apiKey':
      return { apiKeyId };
  }
}
