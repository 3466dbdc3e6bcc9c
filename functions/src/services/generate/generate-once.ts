import { type Answer, bytesSaid, finish } from './finish.ts';
import { type Journey, upstreamErrorOf } from './journey.ts';
import type { ChatTarget } from './prepare-call.ts';

/**
 * Calls the provider and answers as a whole.
 *
 * @throws GatewayError `upstream_error`, `upstream_timeout`, `unprocessable`; accounted for by then.
 */
export async function generateOnce(journey: Journey<ChatTarget>): Promise<Answer> {
  for (;;) {
    const { outcome, said } = await attempt(journey);
    if (outcome.finishReason === undefined && (await journey.again(outcome))) continue;
    return finish(journey, outcome, said);
  }
}

async function attempt(journey: Journey<ChatTarget>) {
  const { deps, call, target } = journey;
  try {
    const result = await target.provider.generate(target.request, journey.begin());
    const said = { content: result.content, toolCalls: result.toolCalls ?? [] };
    const outcome = journey.outcome({
      seenBytes: bytesSaid(said),
      finishReason: result.finishReason,
      usage: result.usage,
      usageComplete: result.usage !== undefined,
      started: true,
      error: undefined,
      upstreamRequestId: result.upstreamRequestId,
    });
    return { outcome, said };
  } catch (thrown) {
    const error = upstreamErrorOf(thrown, deps.log, call.requestId);
    const outcome = journey.outcome({
      seenBytes: 0,
      finishReason: undefined,
      usage: error?.partialUsage,
      usageComplete: false,
      started: false,
      error,
    });
    return { outcome, said: { content: '', toolCalls: [] } };
  }
}
