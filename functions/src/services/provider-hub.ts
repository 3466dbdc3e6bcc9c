import type { Config } from '../config.ts';
import type { Provider, ProviderDefinition } from '../providers/contract.ts';
import type { EnabledProvider } from '../providers/enabled.ts';
import { createProvider, PROVIDERS } from '../providers/registry.ts';

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
}

/** Where the sandbox speaks a provider's wire format, as the base URL that its SDK wants. */
const SANDBOX_PATHS: Partial<Record<EnabledProvider, string>> = {
  openai: '/openai/v1',
  anthropic: '/anthropic',
};

export function createProviderHub(config: Pick<Config, 'providers' | 'sandboxUrl'>): ProviderHub {
  const connected = new Map<EnabledProvider, Provider>();
  const isSandbox = (id: EnabledProvider) => {
    const { apiKey, baseUrl } = config.providers[id];
    return config.sandboxUrl !== undefined && !apiKey && !baseUrl;
  };
  return {
    list: () =>
      PROVIDERS.map((definition) => {
        const id = definition.id as EnabledProvider;
        return { id, definition, sandbox: isSandbox(id) };
      }),
    get(id) {
      let provider = connected.get(id);
      if (!provider) {
        const { apiKey, baseUrl } = config.providers[id];
        const sandbox = isSandbox(id);
        provider = createProvider(id, {
          apiKey,
          baseUrl: sandbox ? `${config.sandboxUrl}${SANDBOX_PATHS[id] ?? `/${id}`}` : baseUrl,
          sandbox,
        });
        connected.set(id, provider);
      }
      return provider;
    },
  };
}
