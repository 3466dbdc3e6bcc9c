import { GatewayError } from '../../domain/errors.ts';
import type { Principal } from '../../domain/principal.ts';
import type { Endpoint, EndpointName, RawRequest } from '../../providers/contract.ts';
import type { WireObject } from '../../providers/wire.ts';
import {
  type AdmittedCall,
  admitCall,
  type Caller,
  DEFAULT_MAX_TOKENS,
  type GenerateDeps,
} from '../generate/admit-call.ts';
import type { ResolvedModel } from '../generate/resolve-model.ts';

/** A request that goes to a provider in the provider's own format. */
export interface OutgoingRequest {
  /** The JSON as it goes out, and the same parsed. */
  text: string;
  body: WireObject;
  headers: RawRequest['headers'];
  query: RawRequest['query'];
}

/** Such a request, let in. */
export interface Passage extends AdmittedCall {
  endpoint: Endpoint;
  request: RawRequest;
}

/**
 * Bounds what a request can take at a provider's endpoint and has it admitted.
 *
 * @throws GatewayError `unprocessable` where the provider has no such endpoint, or where a budget applies to what
 *   its bound can't price; whatever the ledger refuses. Nothing is held then.
 */
export async function preparePassage(
  deps: GenerateDeps,
  caller: Caller,
  resolved: ResolvedModel,
  name: EndpointName,
  { text, body, headers, query }: OutgoingRequest,
): Promise<Passage> {
  const provider = deps.providers.get(resolved.provider);
  const endpoint = provider.endpoints[name];
  if (!endpoint) throw new GatewayError('unprocessable', `${provider.name} has no such route.`);
  const bound = endpoint.bound(body, text, resolved.model);
  const call = await admitCall(deps, caller, { provider, model: resolved.model, bound }).catch(
    (thrown: unknown) => {
      throw nameUnpriced(thrown, bound.unpriced);
    },
  );
  return { ...call, endpoint, request: { body: new TextEncoder().encode(text), headers, query } };
}

/** Where the refusal is of a cost that has no bound, it is for a field of the request. */
function nameUnpriced(thrown: unknown, field: string | undefined): unknown {
  if (field === undefined || !(thrown instanceof GatewayError) || thrown.code !== 'unprocessable')
    return thrown;
  return new GatewayError('unprocessable', `${field}: what this costs has no bound, and a budget applies.`, {
    details: { ...(thrown.details as object | undefined), field },
  });
}

/**
 * The maximum of output tokens that a request goes out with.
 *
 * @param asked what the request says; undefined where it says nothing
 * @param field how its format calls it
 * @throws GatewayError `forbidden` over what a client token grants
 */
export function outputMaximum(
  asked: number | undefined,
  { model }: ResolvedModel,
  principal: Principal,
  field: string,
): number {
  const granted = (principal.kind === 'clientToken' ? principal.maxOutputTokens : undefined) ?? Infinity;
  if (asked === undefined) return Math.min(DEFAULT_MAX_TOKENS, model.maxOutputTokens, granted);
  if (asked > granted) {
    throw new GatewayError(
      'forbidden',
      `${field}: this client token allows ${granted} output tokens at most.`,
    );
  }
  return asked;
}
