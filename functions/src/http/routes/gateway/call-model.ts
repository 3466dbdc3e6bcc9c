import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Deps } from '../../../deps.ts';
import { GatewayError } from '../../../domain/errors.ts';
import type { StoredAnswer } from '../../../domain/idempotency.ts';
import type { EndpointName } from '../../../providers/contract.ts';
import { passOn, type Rendition } from '../../../services/gateway/pass-on.ts';
import { preparePassage } from '../../../services/gateway/prepare-passage.ts';
import type { ResolvedModel } from '../../../services/generate/resolve-model.ts';
import { setLimitHeaders } from '../../middleware/rate-limit.ts';
import type { JsonText } from '../../wire/json/edit.ts';
import { idempotencyHeader, idempotencyOf } from '../llm/idempotency.ts';
import { answer } from './answer.ts';
import type { GatewayContext } from './context.ts';

/** One call of a route, ready to go out. */
export interface OutgoingCall {
  /** How the usage records name the route. */
  route: string;
  endpoint: EndpointName;
  resolved: ResolvedModel;
  /** In the endpoint's own format. */
  json: Pick<JsonText, 'text' | 'body'>;
  /** Names of the client's headers that are for the provider, as its query then is; absent: neither is. */
  headers?: readonly string[];
  rendition: Rendition;
}

/** Admitted, sent, passed on and recorded. */
export async function callModel(c: GatewayContext, deps: Deps, call: OutgoingCall): Promise<Response> {
  const { principal, requestId } = c.var;
  const idempotency = idempotencyOf(keyOf(c), [call.route, c.var.json.text]);
  const passage = await preparePassage(
    deps,
    { requestId, principal, route: call.route, idempotency },
    call.resolved,
    call.endpoint,
    {
      text: call.json.text,
      body: call.json.body,
      headers: passed(c, call.headers ?? []),
      query: call.headers ? c.req.query() : {},
    },
  );
  setLimitHeaders(c, passage.limits);
  if (passage.replay) return replay(c, passage.replay.answer);
  return answer(c, await passOn(deps, passage, call.rendition, c.req.raw.signal));
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
