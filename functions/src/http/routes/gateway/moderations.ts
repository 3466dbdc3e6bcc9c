import type { Deps } from '../../../deps.ts';
import { resolveModel } from '../../../services/generate/resolve-model.ts';
import { requiredText } from '../../wire/fields.ts';
import { setModel } from '../../wire/model-request.ts';
import { openAiErrors } from '../../wire/openai/errors.ts';
import { callModel } from './call-model.ts';
import { type GatewayContext, OPENAI_HEADERS } from './context.ts';
import { asItCame } from './renditions.ts';

/** What OpenAI takes where the request names none. */
const DEFAULT_MODEL = 'omni-moderation-latest';

/** `POST /v1/moderations`: counts as a request, and costs nothing. */
export async function moderations(c: GatewayContext, deps: Deps): Promise<Response> {
  const { principal, json, requestId } = c.var;
  const isNamed = json.body['model'] != null;
  const named = { model: isNamed ? requiredText(json.body, 'model') : DEFAULT_MODEL };
  const resolved = resolveModel(named, principal, undefined, 'moderation');
  return callModel(c, deps, {
    route: 'v1/moderations',
    endpoint: 'moderations',
    resolved,
    json: isNamed ? setModel(json, resolved.model.id) : json,
    headers: OPENAI_HEADERS,
    rendition: asItCame(requestId, openAiErrors),
  });
}
