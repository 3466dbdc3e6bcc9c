import type { Deps } from '../../../deps.ts';
import { outputMaximum } from '../../../services/gateway/prepare-passage.ts';
import { resolveModel } from '../../../services/generate/resolve-model.ts';
import { anthropicErrorEvent } from '../../wire/anthropic/errors.ts';
import { editModelRequest, readModelRequest } from '../../wire/model-request.ts';
import { asItCame, callModel } from './call-model.ts';
import { ANTHROPIC_HEADERS, type GatewayContext } from './context.ts';

const MAXIMUM = 'max_tokens';

/** `POST /v1/messages` */
export async function messages(c: GatewayContext, deps: Deps): Promise<Response> {
  const { principal, json, requestId } = c.var;
  const facts = readModelRequest(json.body, MAXIMUM);
  const resolved = resolveModel(facts, principal);
  const maximum = outputMaximum(facts.maximum, resolved, principal, MAXIMUM);
  return callModel(c, deps, {
    route: 'v1/messages',
    endpoint: 'messages',
    resolved,
    json: editModelRequest(json, facts, { model: resolved.model.id, maximum, field: MAXIMUM }),
    headers: ANTHROPIC_HEADERS,
    rendition: asItCame(requestId, anthropicErrorEvent),
  });
}
