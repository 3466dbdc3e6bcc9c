import type { Deps } from '../../../deps.ts';
import { resolveModel } from '../../../services/generate/resolve-model.ts';
import { requiredText } from '../../wire/fields.ts';
import { setModel } from '../../wire/model-request.ts';
import { openAiErrors } from '../../wire/openai/errors.ts';
import { callModel } from './call-model.ts';
import { type GatewayContext, OPENAI_HEADERS } from './context.ts';
import { asItCame } from './renditions.ts';

/** `POST /v1/embeddings` */
export async function embeddings(c: GatewayContext, deps: Deps): Promise<Response> {
  const { principal, json, requestId } = c.var;
  const named = { model: requiredText(json.body, 'model') };
  const resolved = resolveModel(named, principal, undefined, 'embeddings');
  return callModel(c, deps, {
    route: 'v1/embeddings',
    endpoint: 'embeddings',
    resolved,
    json: setModel(json, resolved.model.id),
    headers: OPENAI_HEADERS,
    rendition: asItCame(requestId, openAiErrors),
  });
}
