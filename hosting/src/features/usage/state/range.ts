import { addDays, daysBetween, utcDay } from '#lib/time.ts';

const MOST_DAYS = 366;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

export type Group = 'model' | 'provider' | 'apiKey';
export const GROUPS: readonly (readonly [Group, string])[] = [
  ['model', 'Model'],
  ['provider', 'Provider'],
  ['apiKey', 'API key'],
];

/** What the URL says; what is left out is the usual. */
export interface UsageSearch {
  from?: string | undefined;
  to?: string | undefined;
  group?: Group | undefined;
}

export function usageSearch({ from, to, group }: Record<string, unknown>): UsageSearch {
  return {
    from: isDay(from) ? from : undefined,
    to: isDay(to) ? to : undefined,
    group: GROUPS.find(([name]) => name === group && name !== 'model')?.[0],
  };
}

export interface Range {
  /** UTC days, both inclusive. */
  from: string;
  to: string;
  days: string[];
  preset: '7d' | '30d' | 'custom';
}

/** The days to show: as the URL says, at most a year of them and in order; without any, the last 30. */
export function rangeOf({ from, to }: UsageSearch, now: number): Range {
  const today = utcDay(now);
  const last = to ?? today;
  const wanted = from ?? addDays(last, -29);
  const earliest = addDays(last, 1 - MOST_DAYS);
  const first = wanted > last ? last : wanted < earliest ? earliest : wanted;
  const days = daysBetween(first, last);
  const preset = last !== today ? 'custom' : days.length === 7 ? '7d' : days.length === 30 ? '30d' : 'custom';
  return { from: first, to: last, days, preset };
}

/** What the URL says for the last so many days: nothing for the usual 30. */
export function lastDays(days: 7 | 30, now: number): Pick<UsageSearch, 'from' | 'to'> {
  return days === 30 ? { from: undefined, to: undefined } : { from: addDays(utcDay(now), -6), to: undefined };
}

/** The range of the same length right before. */
export function rangeBefore({ from, days }: Range): { from: string; to: string } {
  return { from: addDays(from, -days.length), to: addDays(from, -1) };
}

function isDay(value: unknown): value is string {
  return typeof value === 'string' && DAY.test(value) && !Number.isNaN(Date.parse(value));
}
