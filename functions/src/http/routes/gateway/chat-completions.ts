import type { Deps } from '../../../deps.ts';
import { outputMaximum } from '../../../services/gateway/prepare-passage.ts';
import type { ResolvedModel } from '../../../services/generate/resolve-model.ts';
import { chatToGemini } from '../../wire/chat-to-gemini/request.ts';
import { chatToMessages } from '../../wire/chat-to-messages/request.ts';
import { takeModels } from '../../wire/model-request.ts';
import { CHAT_MAXIMUM, editChatRequest, readChatRequest } from '../../wire/openai/chat-request.ts';
import { openAiErrors } from '../../wire/openai/errors.ts';
import { callModels } from './call-models.ts';
import { carryOver } from './carry-over.ts';
import { type GatewayContext, OPENAI_HEADERS } from './context.ts';
import { asCompletion, asCompletionOfContent, asItCame } from './renditions.ts';

/** `POST /v1/chat/completions`, to models of any format. */
export async function chatCompletions(c: GatewayContext, deps: Deps): Promise<Response> {
  const { principal, requestId } = c.var;
  const { json, named } = takeModels(c.var.json);
  const facts = readChatRequest(json.body);
  const created = Math.floor(deps.now() / 1000);
  const settingFor = (resolved: ResolvedModel) => ({
    model: resolved.model,
    maximum: outputMaximum(facts.maximum, resolved, principal, CHAT_MAXIMUM),
    dialect: deps.providers.get(resolved.provider).endpoints.chatCompletions?.dialect,
  });

  return callModels(c, deps, {
    route: 'v1/chat/completions',
    named,
    forms: {
      chatCompletions(resolved) {
        const { model, ...set } = settingFor(resolved);
        const passed = asItCame(requestId, openAiErrors);
        return {
          json: editChatRequest(json, facts, { ...set, model: model.id }),
          headers: OPENAI_HEADERS,
          rendition: () =>
            facts.wantsUsage
              ? passed
              : { ...passed, event: ({ bytes }, kind) => (kind === 'usage' ? undefined : bytes) },
        };
      },
      messages: (resolved) => ({
        ...carryOver(c, resolved.model.id, (lost) => chatToMessages(json.body, settingFor(resolved), lost)),
        rendition: () => asCompletion(requestId, created, facts.wantsUsage),
      }),
      generateContent: (resolved) => ({
        ...carryOver(c, resolved.model.id, (lost) => chatToGemini(json.body, settingFor(resolved), lost)),
        rendition: () => asCompletionOfContent(requestId, created, facts.wantsUsage),
      }),
    },
  });
}
