import type { Deps } from '../../../deps.ts';
import { type GatewayError, toGatewayError } from '../../../domain/errors.ts';
import type { EndpointName } from '../../../providers/contract.ts';
import { passOn, type Rendition } from '../../../services/gateway/pass-on.ts';
import { preparePassage } from '../../../services/gateway/prepare-passage.ts';
import type { ResolvedModel } from '../../../services/generate/resolve-model.ts';
import { setLimitHeaders } from '../../middleware/rate-limit.ts';
import type { JsonText } from '../../wire/json/edit.ts';
import { answer } from './answer.ts';
import type { GatewayContext } from './context.ts';

/** One call of a route, ready to go out. */
export interface OutgoingCall {
  /** How the usage records name the route. */
  route: string;
  endpoint: EndpointName;
  resolved: ResolvedModel;
  /** In the endpoint's own format. */
  json: JsonText;
  /** Names of the client's headers that are for the provider. */
  headers: readonly string[];
  rendition: Rendition;
}

/** Admitted, sent, passed on and recorded. */
export async function callModel(c: GatewayContext, deps: Deps, call: OutgoingCall): Promise<Response> {
  const { principal, requestId } = c.var;
  const passage = await preparePassage(
    deps,
    { requestId, principal, route: call.route },
    call.resolved,
    call.endpoint,
    { text: call.json.text, body: call.json.body, headers: passed(c, call.headers), query: c.req.query() },
  );
  setLimitHeaders(c, passage.limits);
  return answer(c, await passOn(deps, passage, call.rendition, c.req.raw.signal));
}

/**
 * Whatever the provider answers, as it came.
 *
 * @param errorEvent an error of ours as the format's own event
 */
export function asItCame(
  requestId: string,
  errorEvent: (error: GatewayError, requestId: string) => string,
): Rendition {
  return {
    whole: (body) => body,
    refusal: (body) => body,
    event: ({ bytes }) => bytes,
    failure: (thrown) => Buffer.from(errorEvent(toGatewayError(thrown), requestId)),
  };
}

function passed(c: GatewayContext, names: readonly string[]): Record<string, string> {
  const found = names.map((name) => [name, c.req.header(name)] as const);
  return Object.fromEntries(found.filter((entry): entry is [string, string] => entry[1] !== undefined));
}
