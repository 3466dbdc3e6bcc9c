/** Budget periods. All of them in UTC; a week starts on Monday (ISO 8601). */
export const PERIODS = ['day', 'week', 'month', 'total'] as const;
export type Period = (typeof PERIODS)[number];

const DAY = 86_400_000;

/** The name of the period that holds this moment: `2026-11-23`, `2026-W48`, `2026-11`, `total`. */
export function periodKey(period: Period, at: number): string {
  switch (period) {
    case 'day':
      return new Date(at).toISOString().slice(0, 10);
    case 'week':
      return weekKey(at);
    case 'month':
      return new Date(at).toISOString().slice(0, 7);
    case 'total':
      return 'total';
  }
}

/** When the period that holds this moment ends, in ms since the epoch; undefined for `total`. */
export function periodEnd(period: Period, at: number): number | undefined {
  switch (period) {
    case 'day':
      return startOfDay(at) + DAY;
    case 'week':
      return startOfDay(at) + (7 - weekday(at)) * DAY;
    case 'month': {
      const date = new Date(at);
      return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1);
    }
    case 'total':
      return undefined;
  }
}

/** Length in seconds of the period that holds this moment; undefined for `total`. */
export function periodSeconds(period: Period, at: number): number | undefined {
  switch (period) {
    case 'day':
      return DAY / 1000;
    case 'week':
      return (7 * DAY) / 1000;
    case 'month': {
      const date = new Date(at);
      const start = Date.UTC(date.getUTCFullYear(), date.getUTCMonth());
      return (Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1) - start) / 1000;
    }
    case 'total':
      return undefined;
  }
}

/** The year of an ISO week is the one that its Thursday lies in. */
function weekKey(at: number): string {
  const thursday = startOfDay(at) + (3 - weekday(at)) * DAY;
  const year = new Date(thursday).getUTCFullYear();
  const week = Math.floor((thursday - Date.UTC(year, 0, 1)) / (7 * DAY)) + 1;
  return `${year}-W${String(week).padStart(2, '0')}`;
}

/** Monday 0 ... Sunday 6. */
function weekday(at: number): number {
  return (new Date(at).getUTCDay() + 6) % 7;
}

function startOfDay(at: number): number {
  return at - (((at % DAY) + DAY) % DAY);
}
