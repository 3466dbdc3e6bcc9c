import type { ReactNode } from 'react';
import { count } from '#lib/format.ts';
import { spend, usdOf } from '#lib/money.ts';
import { change, percent, type Totals } from '../state/totals.ts';

interface MetricsProps {
  totals: Totals;
  /** Of the range of the same length right before. */
  before: Totals | undefined;
  days: number;
}

export function Metrics({ totals, before, days }: MetricsProps) {
  const { requests, errors, inputTokens, cachedInputTokens } = totals;
  const than = before && change(totals.nanoUsd, before.nanoUsd);
  return (
    <dl className="mb-4 grid grid-cols-2 border-y max-lg:gap-y-px lg:grid-cols-4">
      <Metric name="Spend" note={than === undefined ? 'nothing before' : `${than} on the ${days} d before`}>
        {spend(usdOf(totals.nanoUsd))}
      </Metric>
      <Metric name="Requests" note={`${percent(requests - errors, requests)} succeeded`}>
        {count(requests)}
      </Metric>
      <Metric name="Errors" note={`${count(errors)} of ${count(requests)}`}>
        {percent(errors, requests)}
      </Metric>
      <Metric name="Cached tokens" note={`${count(cachedInputTokens)} of ${count(inputTokens)} in`}>
        {percent(cachedInputTokens, inputTokens)}
      </Metric>
    </dl>
  );
}

function Metric({ name, note, children }: { name: string; note: string; children: ReactNode }) {
  return (
    <div className="min-w-0 border-l px-3.5 py-3 first:border-l-0 first:pl-0 max-lg:odd:border-l-0 max-lg:odd:pl-0 max-lg:nth-[n+3]:border-t">
      <dt className="label">{name}</dt>
      <dd className="num truncate text-metric">{children}</dd>
      <dd className="truncate text-mute">{note}</dd>
    </div>
  );
}
