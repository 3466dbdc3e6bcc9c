import type { UsageSummaryItem } from '#lib/api/types.ts';
import { nanoUsd } from '#lib/money.ts';

/** As many as there are colours. */
export const MOST_SERIES = 6;

export interface Series {
  name: string;
  /** In nano-USD, one for each day. */
  values: bigint[];
}

/** The dearest models, each by its days; what is left of the days' totals stands together as `Other`. */
export function seriesOf(
  days: readonly string[],
  totals: readonly UsageSummaryItem[],
  models: readonly { name: string; items: readonly UsageSummaryItem[] }[],
  hasOthers: boolean,
): Series[] {
  const series = models.map(({ name, items }) => ({ name, values: byDay(days, items) }));
  if (!hasOthers) return series;
  const others = byDay(days, totals).map((total, i) =>
    series.reduce((left, { values }) => left - (values[i] ?? 0n), total),
  );
  // The parts may be a moment newer than the totals.
  return [...series, { name: 'Other', values: others.map((value) => (value < 0n ? 0n : value)) }];
}

function byDay(days: readonly string[], items: readonly UsageSummaryItem[]): bigint[] {
  const known = new Map(items.map((item) => [item.day, nanoUsd(item.cost.usd)]));
  return days.map((day) => known.get(day) ?? 0n);
}

export interface Scale {
  top: number;
  ticks: number[];
  label: (tick: number) => string;
}

/** Round steps (1, 2, 5 times a power of ten) up to a top that holds the largest value, in USD. */
export function scaleOf(largest: number, steps = 4): Scale {
  const raw = largest > 0 ? largest / steps : 0.25;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= raw * 0.999999) ?? 10) * power;
  const count = Math.max(1, Math.ceil(largest / step - 1e-9));
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  return {
    top: step * count,
    ticks: Array.from({ length: count + 1 }, (_, i) => i * step),
    label: (tick) => (tick === 0 ? '$0' : `$${tick.toFixed(decimals === 1 ? 2 : decimals)}`),
  };
}

/** Which days carry a label: at most so many, evenly apart. */
export function labelled(days: readonly string[], most: number): Set<number> {
  const every = Math.max(1, Math.ceil(days.length / Math.max(1, most)));
  return new Set(days.flatMap((_, i) => (i % every === 0 ? [i] : [])));
}
