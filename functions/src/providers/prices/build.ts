import { calcPrice } from '@pydantic/genai-prices';
import type { Model, ProviderDefinition } from '../contract.ts';
import { type DatedPrice, fromGenaiPrices } from './from-genai-prices.ts';
import { OWN_PRICES } from './own.ts';

/** Prices by provider and model, and where they come from. */
export interface PriceTable {
  source: string;
  prices: Record<string, Record<string, DatedPrice[]>>;
}

/**
 * The table of every model in the catalogues, save those in own.ts. Only build tools and tests call this: it loads the whole package.
 *
 * @throws Error for a model that the package has no price for.
 */
export function buildPriceTable(providers: readonly ProviderDefinition[], version: string): PriceTable {
  const entries = providers.map(({ id, models }) => [
    id,
    Object.fromEntries(
      models
        .filter((model) => !(`${id}/${model.id}` in OWN_PRICES))
        .map((model) => [model.id, pricesOf(id, model)]),
    ),
  ]);
  return { source: `@pydantic/genai-prices@${version}`, prices: Object.fromEntries(entries) };
}

/** The package's ids of providers, where they are not ours. */
export const PACKAGE_IDS: Readonly<Record<string, string>> = { gemini: 'google', xai: 'x-ai' };

function pricesOf(providerId: string, { id, capabilities }: Model): DatedPrice[] {
  const found = calcPrice({ input_tokens: 0 }, id, { providerId: PACKAGE_IDS[providerId] ?? providerId });
  if (found === null) throw new Error(`@pydantic/genai-prices knows no price of ${providerId}/${id}`);
  // The package leaves out what a model doesn't bill: the output of embeddings, all of moderations.
  return fromGenaiPrices(found.model, capabilities.includes('chat') ? undefined : 0);
}
