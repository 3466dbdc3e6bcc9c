import { type Answer, type AnswerDeps, bytesSaid, finish, upstreamErrorOf } from './finish.ts';
import { watchOver } from './give-up.ts';
import type { GenerateCall } from './prepare-call.ts';

/**
 * Calls the provider and answers as a whole.
 *
 * @param gone aborts when the client has left; the call then goes on for a bounded time, for its usage.
 * @throws GatewayError `upstream_error`, `upstream_timeout`, `unprocessable`; accounted for by then.
 */
export async function generateOnce(deps: AnswerDeps, call: GenerateCall, gone: AbortSignal): Promise<Answer> {
  const watch = watchOver(gone, call.deadline, deps.now);
  const context = { requestId: call.requestId, signal: watch.signal };
  const outcome = await call.target.provider.generate(call.target.request, context).then(
    (result) => ({ ...result, usageComplete: result.usage !== undefined, started: true, error: undefined }),
    (thrown: unknown) => {
      const error = upstreamErrorOf(thrown, deps.log, call.requestId);
      return {
        content: '',
        toolCalls: [],
        finishReason: undefined,
        usage: error?.partialUsage,
        usageComplete: false,
        started: false,
        error,
      };
    },
  );
  watch.stop();
  const givenUp = watch.givenUp();
  const said = { content: outcome.content, toolCalls: outcome.toolCalls ?? [] };
  const all = {
    ...outcome,
    seenBytes: bytesSaid(said),
    // A deadline that passed just after the answer had come changes nothing.
    givenUp: outcome.finishReason !== undefined && givenUp === 'deadline' ? undefined : givenUp,
    latencyMs: deps.now() - call.startedAt,
    timeToFirstTokenMs: undefined,
    upstreamRequestId:
      'upstreamRequestId' in outcome ? outcome.upstreamRequestId : outcome.error?.upstreamRequestId,
  };
  return finish(deps, call, all, said);
}
