import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Deps } from '../../../deps.ts';
import { GatewayError } from '../../../domain/errors.ts';
import type { StoredAnswer } from '../../../domain/idempotency.ts';
import type { Capability, EndpointName } from '../../../providers/contract.ts';
import { passOn } from '../../../services/gateway/pass-on.ts';
import { type PassageTarget, passageTarget } from '../../../services/gateway/prepare-passage.ts';
import type { Rendition } from '../../../services/gateway/rendition.ts';
import { attemptHeaders } from '../../../services/gateway/stored.ts';
import { admitCall } from '../../../services/generate/admit-call.ts';
import { Journey } from '../../../services/generate/journey.ts';
import {
  type NamedModels,
  type ResolvedModel,
  resolveModels,
} from '../../../services/generate/resolve-model.ts';
import { setLimitHeaders } from '../../middleware/rate-limit.ts';
import type { JsonText } from '../../wire/json/edit.ts';
import { idempotencyHeader, idempotencyOf } from '../llm/idempotency.ts';
import { answer } from './answer.ts';
import { MOST_NAMED } from './carry-over.ts';
import type { GatewayContext } from './context.ts';

/** A request as it goes to an endpoint, in the endpoint's own format, and how its answer comes back. */
export interface Form {
  json: Pick<JsonText, 'text' | 'body'>;
  /** Names of the client's headers that are for the provider, as its query then is; absent: neither is. */
  headers?: readonly string[];
  /** For one answer. */
  rendition: () => Rendition;
  /** Fields that are not carried over. */
  dropped?: readonly string[];
}

/** The formats that a route's requests can go out in, the one that is preferred first. */
export type Forms = Partial<Record<EndpointName, (resolved: ResolvedModel) => Form>>;

/** One request of a route. */
export interface RouteCall {
  /** How the usage records name the route. */
  route: string;
  named: NamedModels;
  capability?: Capability;
  forms: Forms;
}

const DROPPED_HEADER = 'X-Firegate-Dropped';

/**
 * Sends a request to the models that it names, one after the other as far as it takes: each in the first of the
 * route's formats that its provider has. Admitted, passed on and recorded.
 */
export async function callModels(c: GatewayContext, deps: Deps, call: RouteCall): Promise<Response> {
  const { principal, requestId } = c.var;
  const { route, named, capability, forms } = call;
  const { modelAliases: aliases } = deps.config;
  const resolved = resolveModels(named, principal, { aliases, capability });
  const idempotency = idempotencyOf(keyOf(c), [route, c.var.json.text]);
  const passage = await admitCall(
    deps,
    { requestId, principal, route, idempotency },
    resolved.map((each) => () => targetFor(c, deps, each, forms)),
  );
  setLimitHeaders(c, passage.limits);
  if (passage.replay) return replay(c, passage.replay.answer);
  const journey = new Journey(deps, passage, c.req.raw.signal);
  const passed = await passOn(journey).finally(() => tellAttempts(c, journey));
  const { dropped } = journey.target;
  if (dropped.length > 0) c.header(DROPPED_HEADER, dropped.slice(0, MOST_NAMED).map(encodeURI).join(', '));
  return answer(c, passed);
}

function tellAttempts(c: GatewayContext, journey: Journey<PassageTarget>): void {
  for (const [name, value] of Object.entries(attemptHeaders(journey))) c.header(name, value);
  c.set('logFields', { ...c.get('logFields'), ...journey.logFields });
}

function targetFor(c: GatewayContext, deps: Deps, resolved: ResolvedModel, forms: Forms): PassageTarget {
  const provider = deps.providers.get(resolved.provider);
  for (const [name, form] of Object.entries(forms) as [EndpointName, Forms[EndpointName]][]) {
    const endpoint = provider.endpoints[name];
    if (!endpoint || !form) continue;
    const { json, headers, rendition, dropped = [] } = form(resolved);
    const query = headers ? c.req.query() : {};
    const outgoing = { ...json, headers: passed(c, headers ?? []), query };
    return passageTarget(deps, resolved, endpoint, outgoing, { rendition, dropped });
  }
  throw new GatewayError('unprocessable', `${provider.name} has no such route.`);
}

function keyOf(c: GatewayContext): string | undefined {
  const { success, data } = idempotencyHeader.safeParse(c.req.header());
  if (!success)
    throw new GatewayError('invalid_request', 'Idempotency-Key: 1 to 255 visible ASCII characters.');
  return data['idempotency-key'];
}

/** What was answered before, to the byte; a stream comes at once. */
function replay(c: GatewayContext, { status, headers, body }: StoredAnswer): Response {
  c.header('Idempotent-Replayed', 'true');
  return c.body(body, status as ContentfulStatusCode, headers);
}

function passed(c: GatewayContext, names: readonly string[]): Record<string, string> {
  const found = names.map((name) => [name, c.req.header(name)] as const);
  return Object.fromEntries(found.filter((entry): entry is [string, string] => entry[1] !== undefined));
}
