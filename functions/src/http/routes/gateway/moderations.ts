import type { Deps } from '../../../deps.ts';
import { requiredText } from '../../wire/fields.ts';
import { setModel } from '../../wire/model-request.ts';
import { openAiErrors } from '../../wire/openai/errors.ts';
import { callModels } from './call-models.ts';
import { type GatewayContext, OPENAI_HEADERS } from './context.ts';
import { asItCame } from './renditions.ts';

/** What OpenAI takes where the request names none. */
const DEFAULT_MODEL = 'omni-moderation-latest';

/** `POST /v1/moderations`: counts as a request, and costs nothing. */
export async function moderations(c: GatewayContext, deps: Deps): Promise<Response> {
  const { json, requestId } = c.var;
  const isNamed = json.body['model'] != null;
  return callModels(c, deps, {
    route: 'v1/moderations',
    named: { model: isNamed ? requiredText(json.body, 'model') : DEFAULT_MODEL },
    capability: 'moderation',
    forms: {
      moderations: ({ model }) => ({
        json: isNamed ? setModel(json, model.id) : json,
        headers: OPENAI_HEADERS,
        rendition: () => asItCame(requestId, openAiErrors),
      }),
    },
  });
}
