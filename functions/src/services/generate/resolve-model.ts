import type { ModelAliases } from '../../config.ts';
import { GatewayError } from '../../domain/errors.ts';
import type { Principal } from '../../domain/principal.ts';
import type { Capability, Model } from '../../providers/contract.ts';
import type { EnabledProvider } from '../../providers/enabled.ts';
import { findModel, isEnabledProvider, providersOfModel } from '../../providers/registry.ts';

export interface ResolvedModel {
  provider: EnabledProvider;
  model: Model;
}

/** What a request names: a model, or several in the order in which they are to be tried, or both. */
export interface NamedModels {
  provider?: string | undefined;
  model?: string | undefined;
  models?: readonly string[] | undefined;
}

export interface ResolveOptions {
  aliases: ModelAliases;
  /** The provider that the called function is for. */
  only?: EnabledProvider | undefined;
  /** What the models are wanted for. */
  capability?: Capability | undefined;
}

/** More would be tried by nobody who waits. */
const MOST_MODELS = 8;

/**
 * Finds the models that a request names, in the order in which they are to be tried. Those that a client token does
 * not list are left out; what an API key allows is in its ledger document, and judged with the admission.
 *
 * @throws GatewayError `invalid_request` any of them unknown, of another function's provider, or unable to do that;
 *   `forbidden` where the client token lists none of them
 */
export function resolveModels(
  { provider, model, models = [] }: NamedModels,
  principal: Principal,
  { aliases, only, capability = 'chat' }: ResolveOptions,
): ResolvedModel[] {
  const names = model === undefined ? models : [model, ...models];
  if (names.length === 0) throw new GatewayError('invalid_request', 'model: name a model.');
  if (names.length > MOST_MODELS) {
    throw new GatewayError('invalid_request', `models: ${MOST_MODELS} at most.`);
  }
  const found = new Map<string, ResolvedModel>();
  for (const name of names.flatMap((each) => expand({ provider, model: each }, aliases, only))) {
    const resolved = findNamed(name, only, capability);
    const id = `${resolved.provider}/${resolved.model.id}`;
    if (!found.has(id)) found.set(id, resolved);
  }
  const candidates = [...found.values()];
  const allowed = candidates.filter((each) => refusalByToken(each, principal) === undefined);
  const [first] = candidates;
  const refusal = first && allowed.length === 0 && refusalByToken(first, principal);
  if (refusal) throw refusal;
  return allowed;
}

interface Named {
  provider?: string | undefined;
  model: string;
}

/** The models behind an alias, of the provider that is wanted where one is; the name itself, where it is none. */
function expand(named: Named, aliases: ModelAliases, only: EnabledProvider | undefined): Named[] {
  const { modelId, wanted } = split(named, only);
  const targets = aliases.get(modelId);
  if (!targets) return [named];
  const provider = wanted ?? only;
  const own = targets.filter((target) => provider === undefined || target.startsWith(`${provider}/`));
  if (own.length === 0) {
    throw new GatewayError('invalid_request', `The alias ${modelId} names no model of ${provider}.`);
  }
  return own.map((target) => ({ model: target }));
}

/** `provider` with `model`, or `provider/model` in one word; a model's own id may have a slash as well. */
function split(
  { provider, model }: Named,
  only: EnabledProvider | undefined,
): { modelId: string; wanted: string | undefined } {
  const [prefix = '', ...rest] = model.split('/');
  const modelId = rest.join('/');
  const home = provider ?? only;
  const isWhole = home !== undefined && providersOfModel(model).some((id) => id === home);
  const isPrefixed =
    isEnabledProvider(prefix) &&
    !isWhole &&
    (findModel(prefix, modelId) !== undefined || providersOfModel(model).length === 0);
  return isPrefixed ? { modelId, wanted: provider ?? prefix } : { modelId: model, wanted: provider };
}

function findNamed(named: Named, only: EnabledProvider | undefined, capability: Capability): ResolvedModel {
  const { modelId, wanted = only } = split(named, only);
  if (wanted !== undefined && !isEnabledProvider(wanted)) {
    throw new GatewayError('invalid_request', `Unknown provider: ${wanted}.`);
  }
  if (only !== undefined && wanted !== undefined && wanted !== only) {
    throw new GatewayError(
      'invalid_request',
      `This function calls ${only}; call ${wanted}Generate for ${wanted}.`,
    );
  }
  const provider = wanted ?? providersOfModel(modelId)[0];
  const model = provider && findModel(provider, modelId);
  if (!provider || !model) {
    throw new GatewayError(
      'invalid_request',
      `Unknown model: ${named.model}. GET llm/providers lists those that are known.`,
    );
  }
  if (!model.capabilities.includes(capability)) {
    throw new GatewayError('invalid_request', `${model.id} can’t be used for ${capability}.`);
  }
  return { provider, model };
}

function refusalByToken({ provider, model }: ResolvedModel, principal: Principal): GatewayError | undefined {
  if (principal.kind !== 'clientToken') return undefined;
  const { providers, models } = principal;
  if (providers && !providers.includes(provider)) {
    return new GatewayError('forbidden', `This client token does not allow the provider ${provider}.`);
  }
  if (models && !models.includes(model.id) && !models.includes(`${provider}/${model.id}`)) {
    return new GatewayError('forbidden', `This client token does not allow the model ${model.id}.`);
  }
  return undefined;
}
