import { type PublicPrice, publicPrice } from '../domain/pricing.ts';
import type { Capability } from '../providers/contract.ts';
import type { ProviderHub } from './provider-hub.ts';

export interface ListedModel {
  id: string;
  name: string;
  contextWindow: number;
  maxOutputTokens: number;
  capabilities: Capability[];
  pricesPerMillionTokens?: PublicPrice;
}

export interface ListedProvider {
  id: string;
  name: string;
  configured: boolean;
  sandbox: boolean;
  models: ListedModel[];
}

/** The enabled providers and their models, narrowed to what a grant allows; providers with nothing left are left out. */
export function listProviders(
  hub: ProviderHub,
  grant: { providers?: string[] | undefined; models?: string[] | undefined } = {},
): { providers: ListedProvider[] } {
  const providers = hub
    .list()
    .filter(({ id }) => grant.providers?.includes(id) ?? true)
    .map(({ id, definition, sandbox }) => ({
      id,
      name: definition.name,
      configured: true,
      sandbox,
      models: definition.models
        .filter(
          (model) => grant.models?.some((name) => name === model.id || name === `${id}/${model.id}`) ?? true,
        )
        .map((model) => {
          const price = hub.priceOf(id, model.id);
          return {
            id: model.id,
            name: model.name,
            contextWindow: model.contextWindow,
            maxOutputTokens: model.maxOutputTokens,
            capabilities: [...model.capabilities],
            ...(price && { pricesPerMillionTokens: publicPrice(price) }),
          };
        }),
    }))
    .filter(({ models }) => models.length > 0);
  return { providers };
}
