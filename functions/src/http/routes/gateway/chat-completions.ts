import type { Deps } from '../../../deps.ts';
import { outputMaximum } from '../../../services/gateway/prepare-passage.ts';
import { resolveModel } from '../../../services/generate/resolve-model.ts';
import { CHAT_MAXIMUM, editChatRequest, readChatRequest } from '../../wire/openai/chat-request.ts';
import { openAiErrorEvent } from '../../wire/openai/errors.ts';
import { asItCame, callModel } from './call-model.ts';
import { type GatewayContext, OPENAI_HEADERS } from './context.ts';

/** `POST /v1/chat/completions` */
export async function chatCompletions(c: GatewayContext, deps: Deps): Promise<Response> {
  const { principal, json, requestId } = c.var;
  const facts = readChatRequest(json.body);
  const resolved = resolveModel(facts, principal);
  const maximum = outputMaximum(facts.maximum, resolved, principal, CHAT_MAXIMUM);
  const passed = asItCame(requestId, openAiErrorEvent);
  return callModel(c, deps, {
    route: 'v1/chat/completions',
    endpoint: 'chatCompletions',
    resolved,
    json: editChatRequest(json, facts, { model: resolved.model.id, maximum }),
    headers: OPENAI_HEADERS,
    rendition: facts.wantsUsage
      ? passed
      : { ...passed, event: ({ bytes }, kind) => (kind === 'usage' ? undefined : bytes) },
  });
}
