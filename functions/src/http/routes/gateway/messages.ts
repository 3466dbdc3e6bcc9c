import type { Deps } from '../../../deps.ts';
import { outputMaximum } from '../../../services/gateway/prepare-passage.ts';
import type { ResolvedModel } from '../../../services/generate/resolve-model.ts';
import { anthropicErrors } from '../../wire/anthropic/errors.ts';
import { messagesToChat } from '../../wire/messages-to-chat/request.ts';
import { messagesToGemini } from '../../wire/messages-to-gemini/request.ts';
import { editModelRequest, readModelRequest, takeModels } from '../../wire/model-request.ts';
import { callModels } from './call-models.ts';
import { carryOver } from './carry-over.ts';
import { ANTHROPIC_HEADERS, type GatewayContext } from './context.ts';
import { asItCame, asMessage, asMessageOfContent } from './renditions.ts';

const MAXIMUM = 'max_tokens';

/** `POST /v1/messages`, to models of any format. */
export async function messages(c: GatewayContext, deps: Deps): Promise<Response> {
  const { principal, requestId } = c.var;
  const { json, named } = takeModels(c.var.json);
  const facts = readModelRequest(json.body, MAXIMUM);
  const settingFor = (resolved: ResolvedModel) => ({
    model: resolved.model,
    maximum: outputMaximum(facts.maximum, resolved, principal, MAXIMUM),
    dialect: deps.providers.get(resolved.provider).endpoints.chatCompletions?.dialect,
  });

  return callModels(c, deps, {
    route: 'v1/messages',
    named,
    forms: {
      messages(resolved) {
        const { model, maximum } = settingFor(resolved);
        return {
          json: editModelRequest(json, facts, { model: model.id, maximum, field: MAXIMUM }),
          headers: ANTHROPIC_HEADERS,
          rendition: () => asItCame(requestId, anthropicErrors),
        };
      },
      chatCompletions: (resolved) => ({
        ...carryOver(c, resolved.model.id, (lost) => messagesToChat(json.body, settingFor(resolved), lost)),
        rendition: () => asMessage(requestId),
      }),
      generateContent: (resolved) => ({
        ...carryOver(c, resolved.model.id, (lost) => messagesToGemini(json.body, settingFor(resolved), lost)),
        rendition: () => asMessageOfContent(requestId),
      }),
    },
  });
}
