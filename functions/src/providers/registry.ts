import { anthropic } from './anthropic/index.ts';
import type { Model, Provider, ProviderConnection, ProviderDefinition } from './contract.ts';
import { ENABLED_PROVIDERS, type EnabledProvider } from './enabled.ts';
import { openai } from './openai/index.ts';

/** One line per provider. */
const DEFINITIONS: Record<EnabledProvider, ProviderDefinition> = {
  openai,
  anthropic,
};

/** An enabled provider with its catalogue. */
export type EnabledDefinition = ProviderDefinition & { id: EnabledProvider };

/** In the order of `enabled.ts`. */
export const PROVIDERS: readonly EnabledDefinition[] = ENABLED_PROVIDERS.map((id) => ({
  ...DEFINITIONS[id],
  id,
}));

export function isEnabledProvider(id: string): id is EnabledProvider {
  return (ENABLED_PROVIDERS as readonly string[]).includes(id);
}

/** A model of an enabled provider, by its exact id. */
export function findModel(id: EnabledProvider, modelId: string): Model | undefined {
  return DEFINITIONS[id].models.find((model) => model.id === modelId);
}

/** Every enabled provider that lists the model; the body's `provider` decides when there are several. */
export function providersOfModel(modelId: string): EnabledProvider[] {
  return ENABLED_PROVIDERS.filter((id) => findModel(id, modelId) !== undefined);
}

/** The adapter of a provider on a connection. It keeps one SDK client, which it makes on its first call. */
export function createProvider(id: EnabledProvider, connection: ProviderConnection): Provider {
  return DEFINITIONS[id].connect(connection);
}

/** The part of the configuration that says how providers are reached. */
export interface RegistryConfig {
  providers: Record<EnabledProvider, { apiKey: string; baseUrl: string | undefined }>;
  /** Origin of the local sandbox; undefined where there is none, and so always when deployed. */
  sandboxUrl: string | undefined;
}

/** A provider as it is offered. */
export interface ListedProvider {
  id: EnabledProvider;
  name: string;
  /** Always true: only enabled providers are listed, and a deploy asks for the secret of each. */
  configured: true;
  /** Whether its calls go to the local sandbox. */
  sandbox: boolean;
  models: readonly Model[];
}

export interface ProviderRegistry {
  /** The adapter of a provider, the same one each time. */
  provider(id: EnabledProvider): Provider;
  list(): ListedProvider[];
}

export function createRegistry(config: RegistryConfig): ProviderRegistry {
  const made = new Map<EnabledProvider, Provider>();
  return {
    provider(id) {
      const provider = made.get(id) ?? createProvider(id, connectionOf(id, config));
      made.set(id, provider);
      return provider;
    },
    list: () =>
      ENABLED_PROVIDERS.map((id) => {
        const { name, models } = DEFINITIONS[id];
        return { id, name, configured: true, sandbox: connectionOf(id, config).sandbox, models };
      }),
  };
}

/** The sandbox stands in for a provider that has neither a key nor a base URL of its own. */
function connectionOf(id: EnabledProvider, { providers, sandboxUrl }: RegistryConfig): ProviderConnection {
  const { apiKey, baseUrl } = providers[id];
  return sandboxUrl !== undefined && apiKey === '' && baseUrl === undefined
    ? { apiKey, baseUrl: `${sandboxUrl}${DEFINITIONS[id].sandboxPath}`, sandbox: true }
    : { apiKey, baseUrl, sandbox: false };
}
