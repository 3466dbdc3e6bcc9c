import { GatewayError } from '../../domain/errors.ts';
import type { Principal } from '../../domain/principal.ts';
import type { Endpoint, RawRequest } from '../../providers/contract.ts';
import type { WireObject } from '../../providers/wire.ts';
import {
  type AdmittedCall,
  DEFAULT_MAX_TOKENS,
  type GenerateDeps,
  type Target,
  targetOf,
} from '../generate/admit-call.ts';
import type { ResolvedModel } from '../generate/resolve-model.ts';
import type { Rendition } from './rendition.ts';

/** A request that goes to a provider in the provider's own format. */
export interface OutgoingRequest {
  /** The JSON as it goes out, and the same parsed. */
  text: string;
  body: WireObject;
  headers: RawRequest['headers'];
  query: RawRequest['query'];
}

/** A model, what is sent to it, and how what it answers looks to the client. */
export interface PassageTarget extends Target {
  endpoint: Endpoint;
  request: RawRequest;
  /** For one answer. */
  rendition: () => Rendition;
  /** Fields of the client's request that are not carried over, as the client wants it. */
  dropped: readonly string[];
}

/** Such a request, let in. */
export type Passage = AdmittedCall<PassageTarget>;

/**
 * Bounds what a request can take at a provider's endpoint.
 *
 * @param endpoint that the provider has
 */
export function passageTarget(
  deps: GenerateDeps,
  { provider: id, model }: ResolvedModel,
  endpoint: Endpoint,
  { text, body, headers, query }: OutgoingRequest,
  { rendition, dropped }: Pick<PassageTarget, 'rendition' | 'dropped'>,
): PassageTarget {
  const provider = deps.providers.get(id);
  const bound = endpoint.bound(body, text, model);
  const request = { body: new TextEncoder().encode(text), headers, query };
  return { ...targetOf(deps, { provider, model, bound }), endpoint, request, rendition, dropped };
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
