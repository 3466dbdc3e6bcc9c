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

/**
 * The adapter of a provider on a connection. It keeps one SDK client, which it makes on its first call: create it
 * once per process.
 */
export function createProvider(id: EnabledProvider, connection: ProviderConnection): Provider {
  return DEFINITIONS[id].connect(connection);
}
