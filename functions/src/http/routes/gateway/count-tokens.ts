import type { Deps } from '../../../deps.ts';
import { anthropicErrors } from '../../wire/anthropic/errors.ts';
import { requiredText } from '../../wire/fields.ts';
import { setModel } from '../../wire/model-request.ts';
import { callModels } from './call-models.ts';
import { ANTHROPIC_HEADERS, type GatewayContext } from './context.ts';
import { asItCame } from './renditions.ts';

/** `POST /v1/messages/count_tokens`: counts as a request, and costs nothing. */
export async function countTokens(c: GatewayContext, deps: Deps): Promise<Response> {
  const { json, requestId } = c.var;
  return callModels(c, deps, {
    route: 'v1/messages/count_tokens',
    named: { model: requiredText(json.body, 'model') },
    forms: {
      countTokens: ({ model }) => ({
        json: setModel(json, model.id),
        headers: ANTHROPIC_HEADERS,
        rendition: () => asItCame(requestId, anthropicErrors),
      }),
    },
  });
}
