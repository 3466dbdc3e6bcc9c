import type { Price } from '../domain/pricing.ts';
import type { PriceTable } from './prices/build.ts';
import { OWN_PRICES } from './prices/own.ts';
import table from './prices/table.json' with { type: 'json' };

/**
 * The table is generated from @pydantic/genai-prices and committed: bundled, the package costs a cold start 27 ms
 * and 466 kB, this 1 ms and 5 kB. A test holds the two together.
 */
const { source, prices } = table as PriceTable;

/** No request takes longer (REQUEST_DEADLINE_SECONDS). */
const LONGEST_CALL_MS = 10 * 60_000;

/**
 * What a model costs at a moment; undefined where no price is known. Prices change on days that the package
 * knows in advance, so ask again for each request. Dearer hours begin as early as a call can reach into them.
 */
export function priceOf(providerId: string, modelId: string, at = new Date()): Price | undefined {
  const own = OWN_PRICES[`${providerId}/${modelId}`];
  if (own) return own;
  const [day = ''] = at.toISOString().split('T');
  const times = [at, new Date(at.getTime() + LONGEST_CALL_MS)].map((time) =>
    time.toISOString().slice(11, 19),
  );
  const dated = prices[providerId]?.[modelId];
  const current =
    dated?.findLast(({ from, daily }) =>
      daily ? times.some((time) => daily.start <= time && time < daily.end) : from === null || from <= day,
    ) ?? dated?.[0];
  return current && { source, base: current.base, tiers: current.tiers };
}
