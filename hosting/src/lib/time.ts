import type { BudgetPeriod } from './api/types.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long ago: `now`, `5 min ago`, `3 h ago`, `2 d ago`, then the day. */
export function ago(iso: string, now: number): string {
  const passed = now - Date.parse(iso);
  if (passed < MINUTE) return 'now';
  if (passed < HOUR) return `${Math.floor(passed / MINUTE)} min ago`;
  if (passed < DAY) return `${Math.floor(passed / HOUR)} h ago`;
  if (passed < 30 * DAY) return `${Math.floor(passed / DAY)} d ago`;
  return utcDay(Date.parse(iso));
}

/** A span ahead: `45 s`, `12 min`, `3 h`, `5 d`, rounded up so that nothing is promised too early. */
export function span(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  if (seconds < 5400) return `${Math.ceil(seconds / 60)} min`;
  if (seconds < 2 * 86_400) return `${Math.ceil(seconds / 3600)} h`;
  return `${Math.ceil(seconds / 86_400)} d`;
}

const local = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'medium' });

/** A moment in the person's own zone: `2026-11-23 09:27:43`. */
export function moment(iso: string): string {
  return local.format(new Date(iso));
}

/** The UTC day of a moment, as the API names it: `2026-11-23`. */
export function utcDay(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

/** The UTC day `days` after another; negative: before it. */
export function addDays(day: string, days: number): string {
  return utcDay(Date.parse(day) + days * DAY);
}

/** All UTC days from one to another, both included. */
export function daysBetween(from: string, to: string): string[] {
  const days: string[] = [];
  for (let day = from; day <= to; day = addDays(day, 1)) days.push(day);
  return days;
}

/** The first UTC day of the period that holds `now`; a week starts on Monday. Undefined for `total`. */
export function periodStart(period: BudgetPeriod, now: number): string | undefined {
  const today = utcDay(now);
  switch (period) {
    case 'day':
      return today;
    case 'week':
      return addDays(today, -((new Date(now).getUTCDay() + 6) % 7));
    case 'month':
      return `${today.slice(0, 7)}-01`;
    case 'total':
      return undefined;
  }
}
