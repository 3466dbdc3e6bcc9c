import type { Deps } from '../../../deps.ts';
import { toGatewayError } from '../../../domain/errors.ts';
import { passOn, type Rendition } from '../../../services/gateway/pass-on.ts';
import { outputMaximum, preparePassage } from '../../../services/gateway/prepare-passage.ts';
import { resolveModel } from '../../../services/generate/resolve-model.ts';
import { setLimitHeaders } from '../../middleware/rate-limit.ts';
import { editChatRequest, readChatRequest } from '../../wire/openai/chat-request.ts';
import { openAiErrorEvent } from '../../wire/openai/errors.ts';
import { answer } from './answer.ts';
import { type GatewayContext, passedHeaders } from './context.ts';

/** `POST /v1/chat/completions` */
export async function chatCompletions(c: GatewayContext, deps: Deps): Promise<Response> {
  const { principal, json, requestId } = c.var;
  const facts = readChatRequest(json.body);
  const resolved = resolveModel(facts, principal);
  const maximum = outputMaximum(facts.maximum, resolved, principal, 'max_completion_tokens');
  const edited = editChatRequest(json, facts, { model: resolved.model.id, maximum });
  const caller = { requestId, principal, route: 'v1/chat/completions' };
  const call = await preparePassage(deps, caller, resolved, 'chatCompletions', {
    text: edited.text,
    body: edited.body,
    ...passedHeaders(c, ['openai-beta']),
  });
  setLimitHeaders(c, call.limits);
  const rendition: Rendition = {
    whole: (body) => body,
    refusal: (body) => body,
    event: ({ bytes }, kind) => (kind === 'usage' && !facts.wantsUsage ? undefined : bytes),
    failure: (thrown) => Buffer.from(openAiErrorEvent(toGatewayError(thrown), requestId)),
  };
  return answer(c, await passOn(deps, call, rendition, c.req.raw.signal));
}
