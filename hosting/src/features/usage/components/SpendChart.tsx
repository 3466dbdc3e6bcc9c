import { useState } from 'react';
import { spend, usdOf } from '#lib/money.ts';
import { useWidth } from '#lib/use-width.ts';
import { labelled, type Series, scaleOf } from '../state/chart.ts';
import { ChartTable } from './ChartTable.tsx';

const HEIGHT = 280;
const LEFT = 56;
const TOP = 8;
const BOTTOM = 26;
const PLOT = HEIGHT - TOP - BOTTOM;
/** A day of the month, or month and day where there is more than a month. */
const LABEL_WIDTH = { day: 30, date: 56 };

interface SpendChartProps {
  /** UTC days. */
  days: readonly string[];
  series: readonly Series[];
}

/** Spend of each day, stacked by model. The day under the pointer is told in the legend; the table tells all. */
export function SpendChart({ days, series }: SpendChartProps) {
  const [ref, width] = useWidth<HTMLDivElement>();
  const [at, setAt] = useState<number>();
  const sums = days.map((_, i) => series.reduce((sum, { values }) => sum + (values[i] ?? 0n), 0n));
  const scale = scaleOf(Math.max(0, ...sums.map(usd)));
  const plot = Math.max(0, width - LEFT);
  const step = plot / days.length;
  const bar = Math.max(1, Math.floor(step * 0.74));
  const long = days.length > 31;
  const label = long ? LABEL_WIDTH.date : LABEL_WIDTH.day;
  const shown = labelled(days, Math.floor(plot / label));
  const y = (value: number) => TOP + PLOT - (value / scale.top) * PLOT;
  const amountOf = (values: readonly bigint[]) =>
    at === undefined ? values.reduce((a, b) => a + b, 0n) : (values[at] ?? 0n);
  return (
    <section aria-labelledby="spend-per-day" className="mb-5">
      <div className="mb-2 flex min-h-10 flex-wrap items-baseline gap-x-4.5 gap-y-1">
        <h2 id="spend-per-day" className="font-medium">
          Spend per day, USD{at !== undefined && <span className="num"> · {days[at]}</span>}
        </h2>
        {series.map(({ name, values }, i) => (
          <span key={name} className="num flex min-w-0 items-center gap-2">
            <svg width="10" height="10" aria-hidden="true" className="shrink-0">
              <rect width="10" height="10" fill={`var(--series-${i + 1})`} />
            </svg>
            <span className="truncate text-mute">{name}</span>
            {spend(usdOf(amountOf(values)))}
          </span>
        ))}
      </div>
      <div ref={ref} className="h-70">
        {width > 0 && (
          <svg
            role="img"
            aria-label="Spend per day, stacked by model; the table after it has the figures"
            width={width}
            height={HEIGHT}
            onPointerMove={(event) => {
              const x = event.clientX - event.currentTarget.getBoundingClientRect().left - LEFT;
              const day = Math.floor(x / step);
              setAt(day >= 0 && day < days.length ? day : undefined);
            }}
            onPointerLeave={() => setAt(undefined)}
          >
            {scale.ticks.map((tick) => (
              <g key={tick}>
                <line
                  x1={LEFT}
                  x2={width}
                  y1={Math.round(y(tick)) + 0.5}
                  y2={Math.round(y(tick)) + 0.5}
                  stroke={tick === 0 ? 'var(--control)' : 'var(--line)'}
                />
                <text x={LEFT - 10} y={y(tick) + 4} textAnchor="end" className="num" fill="var(--mute)">
                  {scale.label(tick)}
                </text>
              </g>
            ))}
            {at !== undefined && (
              <rect x={LEFT + at * step} y={TOP} width={step} height={PLOT} fill="var(--tint)" />
            )}
            {days.map((day, i) => (
              <g key={day}>
                {stack(series, i).map(({ name, from, to, colour }) => (
                  <rect
                    key={name}
                    x={Math.round(LEFT + i * step + (step - bar) / 2)}
                    y={y(to)}
                    width={bar}
                    // A hairline between the parts, where they are tall enough to spare it.
                    height={Math.max(0, y(from) - y(to) - (y(from) - y(to) > 3 ? 1 : 0))}
                    fill={colour}
                  />
                ))}
                {shown.has(i) && (i + 0.5) * step + label / 3 < plot && (
                  <text
                    x={LEFT + (i + 0.5) * step}
                    y={HEIGHT - 6}
                    textAnchor="middle"
                    className="num"
                    fill="var(--mute)"
                  >
                    {long ? day.slice(5) : Number(day.slice(8))}
                  </text>
                )}
              </g>
            ))}
          </svg>
        )}
      </div>
      <ChartTable days={days} series={series} sums={sums} />
    </section>
  );
}

const usd = (nano: bigint) => Number(nano) / 1e9;

function stack(series: readonly Series[], day: number) {
  let from = 0;
  return series.flatMap(({ name, values }, i) => {
    const value = usd(values[day] ?? 0n);
    if (value === 0) return [];
    const part = { name, from, to: from + value, colour: `var(--series-${i + 1})` };
    from += value;
    return [part];
  });
}
