import type { ApiKey, BudgetPeriod } from '#lib/api/types.ts';
import { addDays, periodStart, utcDay } from '#lib/time.ts';

/** A summary reaches over at most so many days. */
const MOST_DAYS = 366;

/** The period that a key's spend is shown for: that of its budget, else the month. */
export function shownPeriod(key: ApiKey): BudgetPeriod {
  return key.budget?.period ?? 'month';
}

/** The UTC day from which a key's spend counts. A total counts from its creation, as far back as summaries reach. */
export function spendSince(key: ApiKey, now: number): string {
  const start = periodStart(shownPeriod(key), now);
  if (start !== undefined) return start;
  const created = key.createdAt.slice(0, 10);
  const earliest = addDays(utcDay(now), 1 - MOST_DAYS);
  return created < earliest ? earliest : created;
}
