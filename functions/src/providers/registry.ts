import { anthropic } from './anthropic/index.ts';
import { COMPATIBLE, type CompatibleProvider, compatibleProvider } from './compatible/dialects.ts';
import { parseOwnModels } from './compatible/own-models.ts';
import type { Model, Provider, ProviderConnection, ProviderDefinition } from './contract.ts';
import { ENABLED_PROVIDERS, type EnabledProvider } from './enabled.ts';
import { envName } from './env-names.ts';
import { gemini } from './gemini/index.ts';
import { openAiCompatible, openai } from './openai/index.ts';

/** The providers with an adapter of their own: one line each. */
const OWN = { openai, anthropic, gemini };

type Known = keyof typeof OWN | keyof typeof COMPATIBLE;

/** Every provider that can be enabled, with the models that are the same in each deployment. */
export const KNOWN_PROVIDERS: Readonly<Record<Known, ProviderDefinition>> = {
  ...OWN,
  ...(Object.fromEntries(
    Object.entries<CompatibleProvider>(COMPATIBLE).map(([id, data]) => [id, compatible(id, data)]),
  ) as Record<keyof typeof COMPATIBLE, ProviderDefinition>),
};

/** @param ownModels the deployment's, which go first */
function compatible(id: string, data: CompatibleProvider, ownModels: readonly Model[] = []) {
  return openAiCompatible({ ...data, id, models: [...ownModels, ...(data.models ?? [])] });
}

/** A provider with the models that a deployment names: the text of its `<PROVIDER>_MODELS`, which config.ts checks. */
export function withOwnModels(id: Known, text: string | undefined): ProviderDefinition {
  const data = compatibleProvider(id);
  return data?.ownModels && text ? compatible(id, data, parseOwnModels(text)) : KNOWN_PROVIDERS[id];
}

/** The enabled ones, in this deployment. */
const DEFINITIONS = Object.fromEntries(
  ENABLED_PROVIDERS.map((id) => [id, withOwnModels(id, process.env[envName(id, 'MODELS')])]),
) as Record<EnabledProvider, ProviderDefinition>;

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
