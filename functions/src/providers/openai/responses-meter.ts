import type { TokenUsage } from '../../domain/usage.ts';
import type { EventKind, FinishReason, Meter } from '../contract.ts';
import { objectIn, optionalArray, optionalObject, tokenCount, type WireObject } from '../wire.ts';

/** Reads the usage of a response that is passed on. */
export function responsesMeter(): Meter {
  let usage: TokenUsage | undefined;
  let finishReason: FinishReason | undefined;
  let seenBytes = 0;

  function take(response: WireObject): void {
    usage = responseUsageOf(response['usage']);
    finishReason = finishReasonOf(response);
  }

  return {
    answer(body, bytes) {
      take(optionalObject(body) ?? {});
      seenBytes = bytes;
    },
    event(data): EventKind {
      const event = objectIn(data) ?? {};
      switch (event['type']) {
        case 'response.completed':
        case 'response.incomplete':
          take(optionalObject(event['response']) ?? {});
          return 'end';
        case 'response.failed':
          take(optionalObject(event['response']) ?? {});
          return 'error';
        case 'error':
          return 'error';
        default:
      }
      const { delta } = event;
      if (typeof delta !== 'string' || delta === '') return 'other';
      seenBytes += Buffer.byteLength(delta);
      return 'content';
    },
    reading: () => ({ usage, usageComplete: usage !== undefined, finishReason, seenBytes }),
  };
}

function finishReasonOf({
  status,
  incomplete_details: details,
  output,
}: WireObject): FinishReason | undefined {
  if (status === 'incomplete') {
    const reason = optionalObject(details)?.['reason'];
    if (reason === 'content_filter') return 'content_filter';
    return reason === 'max_output_tokens' ? 'length' : 'unknown';
  }
  if (status !== 'completed') return undefined;
  const called = optionalArray(output).some((item) => `${optionalObject(item)?.['type']}`.endsWith('_call'));
  return called ? 'tool_calls' : 'stop';
}

/** `input_tokens` includes the cached and cache-write ones, `output_tokens` the reasoning ones. */
function responseUsageOf(report: unknown): TokenUsage | undefined {
  const usage = optionalObject(report);
  const inputTokens = tokenCount(usage?.['input_tokens']);
  const outputTokens = tokenCount(usage?.['output_tokens']);
  if (inputTokens === undefined || outputTokens === undefined) return undefined;
  const input = optionalObject(usage?.['input_tokens_details']);
  return {
    inputTokens,
    outputTokens,
    cachedInputTokens: tokenCount(input?.['cached_tokens']) ?? 0,
    cacheWriteInputTokens: tokenCount(input?.['cache_write_tokens']) ?? 0,
    reasoningTokens: tokenCount(optionalObject(usage?.['output_tokens_details'])?.['reasoning_tokens']) ?? 0,
  };
}
