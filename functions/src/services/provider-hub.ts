import type { Config } from '../config.ts';
import type { Price } from '../domain/pricing.ts';
import type { Provider, ProviderDefinition } from '../providers/contract.ts';
import type { EnabledProvider } from '../providers/enabled.ts';
import { priceOf } from '../providers/prices.ts';
import { PROVIDERS } from '../providers/registry.ts';

/** A provider and how this deployment reaches it. */
export interface ReachableProvider {
  id: EnabledProvider;
  definition: ProviderDefinition;
  /** Whether the local sandbox answers for it. */
  sandbox: boolean;
}

export interface ProviderHub {
  list(): ReachableProvider[];
  /** The adapter, one per process: it keeps the SDK's client and its connections. */
  get(id: EnabledProvider): Provider;
  /**
   * The deployment's own price of a model, else the published one of today, else nothing where nobody sends a bill;
   * undefined where none is known.
   */
  priceOf(providerId: string, modelId: string): Price | undefined;
}

const SELF_HOSTED: Price = { source: 'self-hosted', base: { input: 0, output: 0 }, tiers: [] };

export function createProviderHub(
  config: Pick<Config, 'providers' | 'sandboxUrl'> &
    Partial<Pick<Config, 'priceOverrides' | 'requestDeadlineMs'>>,
): ProviderHub {
  const connected = new Map<EnabledProvider, Provider>();
  const isSandbox = (id: EnabledProvider) => {
    const { apiKey, baseUrl } = config.providers[id];
    return config.sandboxUrl !== undefined && !apiKey && !baseUrl;
  };
  return {
    priceOf: (providerId, modelId) =>
      config.priceOverrides?.get(`${providerId}/${modelId}`) ??
      priceOf(providerId, modelId) ??
      (PROVIDERS.find(({ id }) => id === providerId)?.selfHosted && SELF_HOSTED),
    list: () =>
      PROVIDERS.map((definition) => ({ id: definition.id, definition, sandbox: isSandbox(definition.id) })),
    get(id) {
      let provider = connected.get(id);
      if (!provider) {
        const { apiKey, baseUrl } = config.providers[id];
        const sandbox = isSandbox(id);
        const definition = PROVIDERS.find((each) => each.id === id);
        if (!definition) throw new Error(`No provider ${id}`);
        provider = definition.connect({
          apiKey,
          baseUrl: sandbox ? `${config.sandboxUrl}${definition.sandboxPath}` : baseUrl,
          sandbox,
          longestCallMs: config.requestDeadlineMs ?? 0,
        });
        connected.set(id, provider);
      }
      return provider;
    },
  };
}
