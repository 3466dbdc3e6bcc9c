import type { Deps } from '../../../deps.ts';
import { outputMaximum } from '../../../services/gateway/prepare-passage.ts';
import { resolveModel } from '../../../services/generate/resolve-model.ts';
import { anthropicErrors } from '../../wire/anthropic/errors.ts';
import { messagesToChat } from '../../wire/messages-to-chat/request.ts';
import { editModelRequest, readModelRequest } from '../../wire/model-request.ts';
import { callModel } from './call-model.ts';
import { carryOver } from './carry-over.ts';
import { ANTHROPIC_HEADERS, type GatewayContext } from './context.ts';
import { asItCame, asMessage } from './renditions.ts';

const MAXIMUM = 'max_tokens';

/** `POST /v1/messages`, to models of either format. */
export async function messages(c: GatewayContext, deps: Deps): Promise<Response> {
  const { principal, json, requestId } = c.var;
  const facts = readModelRequest(json.body, MAXIMUM);
  const resolved = resolveModel(facts, principal);
  const { model } = resolved;
  const maximum = outputMaximum(facts.maximum, resolved, principal, MAXIMUM);
  const call = { route: 'v1/messages', resolved };

  if (deps.providers.get(resolved.provider).endpoints.messages) {
    return callModel(c, deps, {
      ...call,
      endpoint: 'messages',
      json: editModelRequest(json, facts, { model: model.id, maximum, field: MAXIMUM }),
      headers: ANTHROPIC_HEADERS,
      rendition: asItCame(requestId, anthropicErrors),
    });
  }
  return callModel(c, deps, {
    ...call,
    endpoint: 'chatCompletions',
    json: carryOver(c, model.id, (lost) => messagesToChat(json.body, { model, maximum }, lost)),
    rendition: asMessage(requestId),
  });
}
