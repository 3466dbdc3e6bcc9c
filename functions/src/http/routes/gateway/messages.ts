import type { Deps } from '../../../deps.ts';
import { toGatewayError } from '../../../domain/errors.ts';
import { passOn, type Rendition } from '../../../services/gateway/pass-on.ts';
import { outputMaximum, preparePassage } from '../../../services/gateway/prepare-passage.ts';
import { resolveModel } from '../../../services/generate/resolve-model.ts';
import { setLimitHeaders } from '../../middleware/rate-limit.ts';
import { anthropicErrorEvent } from '../../wire/anthropic/errors.ts';
import { editMessagesRequest, readMessagesRequest } from '../../wire/anthropic/messages-request.ts';
import { answer } from './answer.ts';
import { type GatewayContext, passedHeaders } from './context.ts';

/** `POST /v1/messages` */
export async function messages(c: GatewayContext, deps: Deps): Promise<Response> {
  const { principal, json, requestId } = c.var;
  const facts = readMessagesRequest(json.body);
  const resolved = resolveModel(facts, principal);
  const maximum = outputMaximum(facts.maximum, resolved, principal, 'max_tokens');
  const edited = editMessagesRequest(json, facts, { model: resolved.model.id, maximum });
  const caller = { requestId, principal, route: 'v1/messages' };
  const call = await preparePassage(deps, caller, resolved, 'messages', {
    text: edited.text,
    body: edited.body,
    ...passedHeaders(c, ['anthropic-version', 'anthropic-beta']),
  });
  setLimitHeaders(c, call.limits);
  const rendition: Rendition = {
    whole: (body) => body,
    refusal: (body) => body,
    event: ({ bytes }) => bytes,
    failure: (thrown) => Buffer.from(anthropicErrorEvent(toGatewayError(thrown), requestId)),
  };
  return answer(c, await passOn(deps, call, rendition, c.req.raw.signal));
}
