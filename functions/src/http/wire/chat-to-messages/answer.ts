import type { TokenUsage } from '../../../domain/usage.ts';
import { usageOf } from '../../../providers/anthropic/usage.ts';
import { optionalArray, optionalObject, type WireObject } from '../../../providers/wire.ts';

/** Anthropic's stop reasons as OpenAI's finish reasons. */
const FINISH_REASONS: Readonly<Record<string, string>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  pause_turn: 'stop',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  tool_use: 'tool_calls',
  refusal: 'content_filter',
};

export const finishReasonOf = (stopReason: unknown): string =>
  (typeof stopReason === 'string' ? FINISH_REASONS[stopReason] : undefined) ?? 'stop';

/**
 * A message as a chat completion. Thoughts have no place in OpenAI's format: what can be read of them is
 * `reasoning_content`, as other providers of the format have it, and the blocks as they are, with the signatures
 * that the next request has to bring back, are `thinking_blocks`.
 *
 * @param created seconds since the epoch
 */
export function messageToCompletion(message: WireObject, created: number): WireObject {
  const blocks = optionalArray(message['content']).map((block) => optionalObject(block) ?? {});
  const texts = blocks.filter(({ type }) => type === 'text').map(({ text }) => `${text}`);
  const thoughts = blocks.filter(({ type }) => type === 'thinking' || type === 'redacted_thinking');
  const readable = thoughts.map(({ thinking }) => (typeof thinking === 'string' ? thinking : '')).join('');
  const calls = blocks
    .filter(({ type }) => type === 'tool_use')
    .map(({ id, name, input }) => ({
      id,
      type: 'function',
      function: { name, arguments: JSON.stringify(input ?? {}) },
    }));
  return {
    id: message['id'],
    object: 'chat.completion',
    created,
    model: message['model'],
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: texts.length > 0 ? texts.join('') : null,
          refusal: null,
          ...(readable !== '' && { reasoning_content: readable }),
          ...(thoughts.length > 0 && { thinking_blocks: thoughts }),
          ...(calls.length > 0 && { tool_calls: calls }),
        },
        logprobs: null,
        finish_reason: finishReasonOf(message['stop_reason']),
      },
    ],
    ...usageField(usageOf(message['usage'])),
  };
}

/** OpenAI's usage, which includes the cached and cache-write tokens in the prompt's. */
export function usageField(usage: TokenUsage | undefined): { usage?: WireObject } {
  if (!usage) return {};
  return {
    usage: {
      prompt_tokens: usage.inputTokens,
      completion_tokens: usage.outputTokens,
      total_tokens: usage.inputTokens + usage.outputTokens,
      prompt_tokens_details: {
        cached_tokens: usage.cachedInputTokens,
        cache_write_tokens: usage.cacheWriteInputTokens,
      },
      completion_tokens_details: { reasoning_tokens: usage.reasoningTokens },
    },
  };
}
