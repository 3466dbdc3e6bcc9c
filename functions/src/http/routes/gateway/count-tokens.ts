import type { Deps } from '../../../deps.ts';
import { resolveModel } from '../../../services/generate/resolve-model.ts';
import { anthropicErrors } from '../../wire/anthropic/errors.ts';
import { requiredText } from '../../wire/fields.ts';
import { setModel } from '../../wire/model-request.ts';
import { callModel } from './call-model.ts';
import { ANTHROPIC_HEADERS, type GatewayContext } from './context.ts';
import { asItCame } from './renditions.ts';

/** `POST /v1/messages/count_tokens`: counts as a request, and costs nothing. */
export async function countTokens(c: GatewayContext, deps: Deps): Promise<Response> {
  const { principal, json, requestId } = c.var;
  const resolved = resolveModel({ model: requiredText(json.body, 'model') }, principal);
  return callModel(c, deps, {
    route: 'v1/messages/count_tokens',
    endpoint: 'countTokens',
    resolved,
    json: setModel(json, resolved.model.id),
    headers: ANTHROPIC_HEADERS,
    rendition: asItCame(requestId, anthropicErrors),
  });
}
