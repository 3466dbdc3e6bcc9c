import type { UsageSummaryItem } from '#lib/api/types.ts';
import { nanoUsd } from '#lib/money.ts';

export interface Totals {
  requests: number;
  errors: number;
  inputTokens: number;
  outputTokens: number;
  cachedInputTokens: number;
  nanoUsd: bigint;
}

export function totalsOf(items: readonly UsageSummaryItem[]): Totals {
  const totals = {
    requests: 0,
    errors: 0,
    inputTokens: 0,
    outputTokens: 0,
    cachedInputTokens: 0,
    nanoUsd: 0n,
  };
  for (const item of items) {
    totals.requests += item.requests;
    totals.errors += item.errors;
    totals.inputTokens += item.inputTokens;
    totals.outputTokens += item.outputTokens;
    totals.cachedInputTokens += item.cachedInputTokens;
    totals.nanoUsd += nanoUsd(item.cost.usd);
  }
  return totals;
}

/** `31.4%`; a dash where there is nothing to have a share of. */
export function percent(part: number, whole: number): string {
  return whole === 0 ? '–' : `${((part / whole) * 100).toFixed(1)}%`;
}

/** `+8.1%`; undefined where there was nothing before. */
export function change(now: bigint, before: bigint): string | undefined {
  if (before === 0n) return undefined;
  const permille = Number(((now - before) * 1000n) / before);
  return `${permille < 0 ? '−' : '+'}${(Math.abs(permille) / 10).toFixed(1)}%`;
}
