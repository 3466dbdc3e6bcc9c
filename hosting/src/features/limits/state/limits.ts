import type { Limit } from '#lib/api/types.ts';
import { count } from '#lib/format.ts';
import { amount, nanoUsd, share, spend, usdOf } from '#lib/money.ts';

const NAMES: Record<string, string> = {
  tokens: 'Tokens',
  'requests-per-minute': 'Requests per minute',
  concurrency: 'Requests at once',
  'budget-day': 'Spend today',
  'budget-week': 'Spend this week',
  'budget-month': 'Spend this month',
  'budget-total': 'Spend in total',
};

/** In the strip, where there is little room. */
const SHORT: Record<string, string> = {
  'budget-day': 'Today',
  'budget-week': 'This week',
  'budget-month': 'This month',
  'budget-total': 'Total',
};

export interface LimitView {
  name: string;
  label: string;
  shortLabel: string;
  used: string;
  limit: string;
  remaining: string;
  /** Between 0 and 1; above 1 where a limit was lowered below what is used. */
  share: number;
  /** Until it is whole again; undefined: now, or never. */
  resetSeconds: number | undefined;
}

export function viewOf(limit: Limit): LimitView {
  const { name, unit, resetSeconds } = limit;
  const common = {
    name,
    label: NAMES[name] ?? name,
    shortLabel: SHORT[name] ?? name,
    resetSeconds: resetSeconds > 0 ? resetSeconds : undefined,
  };
  if (unit === 'usd') {
    const all = String(limit.limit);
    const left = String(limit.remaining);
    const used = nanoUsd(all) - nanoUsd(left);
    const usedUsd = usdOf(used < 0n ? 0n : used);
    return {
      ...common,
      used: spend(usedUsd),
      limit: amount(all),
      remaining: spend(left),
      share: share(usedUsd, all),
    };
  }
  const all = Number(limit.limit);
  const left = Number(limit.remaining);
  const used = Math.max(0, all - left);
  return {
    ...common,
    used: count(used),
    limit: count(all),
    remaining: count(left),
    share: all === 0 ? 0 : used / all,
  };
}

/** The two that the strip shows: the budget with the shortest period, and requests per minute. */
export function stripLimits(limits: readonly Limit[]): { budget?: LimitView; requests?: LimitView } {
  const find = (...names: string[]) => {
    const found = names.map((name) => limits.find((limit) => limit.name === name)).find(Boolean);
    return found === undefined ? undefined : viewOf(found);
  };
  const budget = find('budget-day', 'budget-week', 'budget-month', 'budget-total');
  const requests = find('requests-per-minute');
  return { ...(budget && { budget }), ...(requests && { requests }) };
}
