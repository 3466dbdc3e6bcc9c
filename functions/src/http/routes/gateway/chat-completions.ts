import type { Deps } from '../../../deps.ts';
import { outputMaximum } from '../../../services/gateway/prepare-passage.ts';
import { resolveModel } from '../../../services/generate/resolve-model.ts';
import { chatToMessages } from '../../wire/chat-to-messages/request.ts';
import { CHAT_MAXIMUM, editChatRequest, readChatRequest } from '../../wire/openai/chat-request.ts';
import { openAiErrors } from '../../wire/openai/errors.ts';
import { callModel } from './call-model.ts';
import { carryOver } from './carry-over.ts';
import { type GatewayContext, OPENAI_HEADERS } from './context.ts';
import { asCompletion, asItCame } from './renditions.ts';

/** `POST /v1/chat/completions`, to models of either format. */
export async function chatCompletions(c: GatewayContext, deps: Deps): Promise<Response> {
  const { principal, json, requestId } = c.var;
  const facts = readChatRequest(json.body);
  const resolved = resolveModel(facts, principal);
  const { model } = resolved;
  const maximum = outputMaximum(facts.maximum, resolved, principal, CHAT_MAXIMUM);
  const call = { route: 'v1/chat/completions', resolved };

  if (deps.providers.get(resolved.provider).endpoints.chatCompletions) {
    const passed = asItCame(requestId, openAiErrors);
    return callModel(c, deps, {
      ...call,
      endpoint: 'chatCompletions',
      json: editChatRequest(json, facts, { model: model.id, maximum }),
      headers: OPENAI_HEADERS,
      rendition: facts.wantsUsage
        ? passed
        : { ...passed, event: ({ bytes }, kind) => (kind === 'usage' ? undefined : bytes) },
    });
  }
  return callModel(c, deps, {
    ...call,
    endpoint: 'messages',
    json: carryOver(c, model.id, (lost) => chatToMessages(json.body, { model, maximum }, lost)),
    rendition: asCompletion(requestId, Math.floor(deps.now() / 1000), facts.wantsUsage),
  });
}
