import type { Deps } from '../../../deps.ts';
import { GatewayError } from '../../../domain/errors.ts';
import { outputMaximum } from '../../../services/gateway/prepare-passage.ts';
import { flag } from '../../wire/fields.ts';
import { editModelRequest, readModelRequest, takeModels } from '../../wire/model-request.ts';
import { responsesErrors } from '../../wire/openai/errors.ts';
import { callModels } from './call-models.ts';
import { type GatewayContext, OPENAI_HEADERS } from './context.ts';
import { asItCame } from './renditions.ts';

const MAXIMUM = 'max_output_tokens';

/** `POST /v1/responses`, to models of OpenAI's. */
export async function responses(c: GatewayContext, deps: Deps): Promise<Response> {
  const { principal, requestId } = c.var;
  const { json, named } = takeModels(c.var.json);
  const facts = readModelRequest(json.body, MAXIMUM);
  // Its usage would be known to nobody who asks here.
  if (flag(json.body, 'background')) {
    throw new GatewayError('unprocessable', 'background: the gateway only answers while the caller waits.', {
      details: { field: 'background' },
    });
  }
  return callModels(c, deps, {
    route: 'v1/responses',
    named,
    forms: {
      responses(resolved) {
        const maximum = outputMaximum(facts.maximum, resolved, principal, MAXIMUM);
        return {
          json: editModelRequest(json, facts, { model: resolved.model.id, maximum, field: MAXIMUM }),
          headers: OPENAI_HEADERS,
          rendition: () => asItCame(requestId, responsesErrors),
        };
      },
    },
  });
}
