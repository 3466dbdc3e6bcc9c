import { once } from 'node:events';
import type { TokenUsage } from '../../domain/usage.ts';
import type { ChatEvent, FinishReason, UpstreamError } from '../../providers/contract.ts';
import { type Answer, type AnswerDeps, bytesSaid, finish, type Said, upstreamErrorOf } from './finish.ts';
import { watchOver } from './give-up.ts';
import type { GenerateCall } from './prepare-call.ts';

/** Where a stream's parts go, each as soon as it is there. One that fails is a client that has left. */
export interface Sink {
  delta(text: string): Promise<unknown>;
}

/** A stream that the provider has accepted. */
export interface OpenStream {
  /** Passes the answer on to its end. @throws GatewayError where it fails on the way; accounted for either way. */
  pump(sink: Sink): Promise<Answer>;
}

/**
 * Opens a stream at the provider and waits until it is accepted, so that a refusal still has its HTTP status.
 *
 * @param gone aborts when the client has left; the stream then goes on for a bounded time, for its usage.
 * @throws GatewayError where the provider refuses or does not answer; accounted for by then.
 */
export async function openStream(
  deps: AnswerDeps,
  call: GenerateCall,
  gone: AbortSignal,
): Promise<OpenStream> {
  const broken = new AbortController();
  const left = AbortSignal.any([gone, broken.signal]);
  const watch = watchOver(left, call.deadline, deps.now);
  const events = call.target.provider
    .stream(call.target.request, { requestId: call.requestId, signal: watch.signal })
    [Symbol.asyncIterator]();
  const seen: Seen = { content: '', toolCalls: [], callBytes: 0, usageComplete: false, started: false };

  /** Resolves when a client that reads no more has been waited for long enough. */
  const abandoned = once(watch.signal, 'abort');

  const conclude = (error?: UpstreamError): Promise<Answer> => {
    watch.stop();
    const givenUp = watch.givenUp();
    const outcome = {
      seenBytes: bytesSaid(seen) + seen.callBytes,
      finishReason: seen.finishReason,
      usage: seen.usage ?? error?.partialUsage,
      usageComplete: seen.usageComplete,
      started: seen.started,
      error,
      // A deadline that passes while the last words are on their way to the client changes nothing.
      givenUp: seen.finishReason !== undefined && givenUp === 'deadline' ? undefined : givenUp,
      latencyMs: deps.now() - call.startedAt,
      timeToFirstTokenMs: seen.firstTokenAt === undefined ? undefined : seen.firstTokenAt - call.startedAt,
      upstreamRequestId: seen.upstreamRequestId ?? error?.upstreamRequestId,
    };
    return finish(deps, call, outcome, seen);
  };

  const advance = async (sink?: Sink): Promise<boolean> => {
    const { value, done } = await events.next().catch(async (thrown: unknown) => {
      await conclude(upstreamErrorOf(thrown, deps.log, call.requestId));
      throw thrown;
    });
    if (done) return false;
    take(seen, value, deps.now);
    if (value.type === 'text' && sink && !left.aborted) {
      const written = sink.delta(value.text).catch(() => broken.abort());
      await Promise.race([written, abandoned]);
    }
    return true;
  };

  await advance();
  return {
    async pump(sink) {
      while (await advance(sink));
      return conclude();
    },
  };
}

interface Seen extends Said {
  /** Of tool calls that are not whole yet. */
  callBytes: number;
  finishReason?: FinishReason;
  usage?: TokenUsage;
  usageComplete: boolean;
  started: boolean;
  firstTokenAt?: number;
  upstreamRequestId?: string;
}

function take(seen: Seen, event: ChatEvent, now: () => number): void {
  seen.started = true;
  switch (event.type) {
    case 'start':
      if (event.upstreamRequestId) seen.upstreamRequestId = event.upstreamRequestId;
      break;
    case 'text':
      seen.firstTokenAt ??= now();
      seen.content += event.text;
      break;
    case 'toolCallDelta':
      seen.firstTokenAt ??= now();
      seen.callBytes += event.bytes;
      break;
    case 'toolCall':
      seen.firstTokenAt ??= now();
      seen.callBytes = 0;
      seen.toolCalls.push(event.toolCall);
      break;
    case 'usage':
      seen.usage = event.usage;
      seen.usageComplete = event.complete;
      break;
    case 'finish':
      seen.finishReason = event.finishReason;
  }
}
