import type { ModelInfo, ModelPrice } from '@pydantic/genai-prices';
import { nanoFromUsd } from '../../domain/money.ts';
import type { PriceTier } from '../../domain/pricing.ts';
import type { Rates } from '../../domain/usage.ts';

/** A price from a day on (UTC), or from ever where `from` is null; with `daily`, in those hours alone. */
export interface DatedPrice {
  from: string | null;
  /** `HH:MM:SS` in UTC; the end is no part of it. */
  daily?: { start: string; end: string };
  base: Rates;
  tiers: PriceTier[];
}

/** The package's keys, in USD per million tokens. Others (searches, audio) are not tokens that we send. */
const RATE_KEYS = {
  input: 'input_mtok',
  output: 'output_mtok',
  cachedInput: 'cache_read_mtok',
  cacheWriteInput: 'cache_write_mtok',
  cacheWrite1hInput: 'cache_write_1h_mtok',
  imageInput: 'input_image_mtok',
  imageOutput: 'output_image_mtok',
} as const satisfies Record<keyof Rates, string>;

/**
 * The prices of a model as integers, oldest first.
 *
 * @param absent what an input or output price is that the package leaves out; undefined: it must be there
 * @throws Error where the package says something that these types can't: hours over midnight, a model without an
 *   input or output price.
 */
export function fromGenaiPrices(model: ModelInfo, absent?: 0): DatedPrice[] {
  const dated = Array.isArray(model.prices) ? model.prices : [{ prices: model.prices }];
  return dated.map(({ constraint, prices }) => {
    const price = priceOf(model.id, prices, absent);
    if (constraint?.type !== 'time_of_date') return { from: constraint?.start_date ?? null, ...price };
    const [start = '', end = ''] = [constraint.start_time, constraint.end_time].map(
      (time) => /^(\d\d:\d\d:\d\d)Z$/.exec(time)?.[1],
    );
    if (!(start < end))
      throw new Error(`${model.id}: no support for hours such as ${JSON.stringify(constraint)}`);
    return { from: null, daily: { start, end }, ...price };
  });
}

function priceOf(id: string, prices: ModelPrice, absent: 0 | undefined): Omit<DatedPrice, 'from'> {
  const starts = Object.values(RATE_KEYS).flatMap((key) => {
    const price = prices[key];
    return typeof price === 'object' ? price.tiers.map(({ start }) => start) : [];
  });
  return {
    base: ratesAt(id, prices, 0, absent),
    tiers: [...new Set(starts)]
      .sort((a, b) => a - b)
      .map((start) => ({ aboveInputTokens: start, rates: ratesAt(id, prices, start + 1, absent) })),
  };
}

function ratesAt(id: string, prices: ModelPrice, inputTokens: number, absent: 0 | undefined): Rates {
  const rates: Partial<Record<keyof Rates, number>> = {};
  for (const [rate, key] of Object.entries(RATE_KEYS)) {
    const price = prices[key];
    if (price === undefined) continue;
    const usd =
      typeof price === 'number'
        ? price
        : (price.tiers.filter(({ start }) => inputTokens > start).at(-1)?.price ?? price.base);
    rates[rate as keyof Rates] = nanoFromUsd(decimal(usd));
  }
  const { input = absent, output = absent } = rates;
  if (input === undefined || output === undefined) throw new Error(`${id} has no input or no output price`);
  return { ...rates, input, output };
}

/** The decimal that the float stands for. An Error where it has more than nine decimals. */
function decimal(float: number): string {
  const text = float.toFixed(9);
  if (Number(text) !== float) throw new Error(`${float} USD has more than nine decimals`);
  return text;
}
