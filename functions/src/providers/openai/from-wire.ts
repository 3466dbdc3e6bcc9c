import type { TokenUsage } from '../../domain/usage.ts';
import { type ChatResult, type FinishReason, UpstreamError } from '../contract.ts';
import { optionalObject, tokenCount, type WireObject, wireArray, wireObject } from '../wire.ts';
import { toolCallsOf } from './tool-calls.ts';

const FINISH_REASONS: Readonly<Record<string, FinishReason>> = {
  stop: 'stop',
  length: 'length',
  tool_calls: 'tool_calls',
  function_call: 'tool_calls',
  content_filter: 'content_filter',
};

/** An answer of `POST /chat/completions` that was not streamed. */
export function fromWire(answer: unknown, upstreamRequestId: string | null): ChatResult {
  const completion = wireObject(answer, 'the completion');
  const choices = wireArray(completion['choices'], 'choices');
  if (choices.length === 0) throw new UpstreamError('malformed', 'the completion has no choices');
  const choice = wireObject(choices[0], 'the choice');
  const message = wireObject(choice['message'], 'the message');
  const { content, refusal } = message;
  const refused = typeof refusal === 'string' && refusal !== '';
  const toolCalls = toolCallsOf(message);
  return {
    content: `${typeof content === 'string' ? content : ''}${refused ? refusal : ''}`,
    ...(toolCalls.length > 0 && { toolCalls }),
    finishReason: finishReasonOf(choice['finish_reason'], refused),
    usage: usageIn(completion),
    ...(upstreamRequestId === null ? {} : { upstreamRequestId }),
  };
}

/** A model that refuses under structured output says so in `refusal` and still finishes with `stop`. */
export function finishReasonOf(reason: unknown, refused: boolean): FinishReason {
  if (refused) return 'content_filter';
  return (typeof reason === 'string' ? FINISH_REASONS[reason] : undefined) ?? 'unknown';
}

/**
 * What an answer or a chunk reports. `prompt_tokens` includes the cached and cache-write ones, `completion_tokens` the
 * reasoning ones. Undefined where the provider reported nothing that can be read; a reported 0 is a 0.
 *
 * Where providers of this format differ:
 * - Groq reports a stream's usage as `x_groq.usage` (https://console.groq.com/docs/api-reference).
 * - DeepSeek calls the cached ones `prompt_cache_hit_tokens` (https://api-docs.deepseek.com/guides/kv_cache).
 * - Together calls them `cached_tokens` (https://docs.together.ai/reference/chat-completions-1).
 * - xAI counts the reasoning ones beside `completion_tokens` (https://docs.x.ai/docs/guides/reasoning); which of the two a
 *   report means, its `total_tokens` tells.
 */
export function usageIn(answer: WireObject): TokenUsage | undefined {
  const usage =
    optionalObject(answer['usage']) ?? optionalObject(optionalObject(answer['x_groq'])?.['usage']);
  const inputTokens = tokenCount(usage?.['prompt_tokens']);
  const outputTokens = tokenCount(usage?.['completion_tokens']);
  if (inputTokens === undefined || outputTokens === undefined) return undefined;
  const prompt = optionalObject(usage?.['prompt_tokens_details']);
  const completion = optionalObject(usage?.['completion_tokens_details']);
  const reasoningTokens = tokenCount(completion?.['reasoning_tokens']) ?? 0;
  const isApart = tokenCount(usage?.['total_tokens']) === inputTokens + outputTokens + reasoningTokens;
  return {
    inputTokens,
    outputTokens: isApart ? outputTokens + reasoningTokens : outputTokens,
    cachedInputTokens:
      tokenCount(
        prompt?.['cached_tokens'] ?? usage?.['prompt_cache_hit_tokens'] ?? usage?.['cached_tokens'],
      ) ?? 0,
    cacheWriteInputTokens: tokenCount(prompt?.['cache_write_tokens']) ?? 0,
    reasoningTokens,
  };
}
