import { GatewayError } from '../../domain/errors.ts';
import type { Principal } from '../../domain/principal.ts';
import type { Capability, Model } from '../../providers/contract.ts';
import type { EnabledProvider } from '../../providers/enabled.ts';
import { findModel, isEnabledProvider, providersOfModel } from '../../providers/registry.ts';

export interface ResolvedModel {
  provider: EnabledProvider;
  model: Model;
}

/**
 * Finds the model that a request names, as `model` with or without `provider`, or as `provider/model`.
 *
 * @param only the provider that the called function is for.
 * @param capability what the model is wanted for.
 * @throws GatewayError `invalid_request` unknown provider or model, or one of another function's provider, or one
 *   that can't do that;
 *   `forbidden` where the client token does not list it.
 */
export function resolveModel(
  named: { provider?: string | undefined; model: string },
  principal: Principal,
  only?: EnabledProvider,
  capability: Capability = 'chat',
): ResolvedModel {
  const [prefix, ...rest] = named.model.split('/');
  const prefixed = prefix !== undefined && rest.length > 0 && isEnabledProvider(prefix);
  const modelId = prefixed ? rest.join('/') : named.model;
  const wanted = named.provider ?? (prefixed ? prefix : only);
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
  // What an API key allows is in its ledger document, and judged with the admission.
  if (principal.kind === 'clientToken') {
    if (principal.providers && !principal.providers.includes(provider)) {
      throw new GatewayError('forbidden', `This client token does not allow the provider ${provider}.`);
    }
    const { models } = principal;
    if (models && !models.includes(modelId) && !models.includes(`${provider}/${modelId}`)) {
      throw new GatewayError('forbidden', `This client token does not allow the model ${modelId}.`);
    }
  }
  return { provider, model };
}
