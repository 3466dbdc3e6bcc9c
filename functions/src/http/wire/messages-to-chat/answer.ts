import type { TokenUsage } from '../../../domain/usage.ts';
import { UpstreamError } from '../../../providers/contract.ts';
import { usageIn } from '../../../providers/openai/from-wire.ts';
import { objectIn, optionalArray, optionalObject, type WireObject } from '../../../providers/wire.ts';

/** OpenAI's finish reasons as Anthropic's stop reasons; which stop sequence was met nobody is told. */
const STOP_REASONS: Readonly<Record<string, string>> = {
  stop: 'end_turn',
  length: 'max_tokens',
  tool_calls: 'tool_use',
  function_call: 'tool_use',
  content_filter: 'refusal',
};

/** A model that refuses under structured output says so in `refusal`, and still finishes with `stop`. */
export const stopReasonOf = (finishReason: unknown, refused: boolean): string =>
  refused
    ? 'refusal'
    : ((typeof finishReason === 'string' ? STOP_REASONS[finishReason] : undefined) ?? 'end_turn');

/** The fields of a message that are the same streamed and not. */
export function emptyMessage(id: unknown, model: unknown): WireObject {
  return {
    id,
    type: 'message',
    role: 'assistant',
    model,
    content: [],
    container: null,
    stop_reason: null,
    stop_sequence: null,
    stop_details: null,
  };
}

/** What a message or a delta shows of the thoughts: DeepSeek, xAI and vLLM call it so, Groq and OpenRouter `reasoning`. */
export const thoughtsIn = (said: WireObject): unknown => said['reasoning_content'] ?? said['reasoning'];

/** A chat completion as a message; thoughts that the provider shows carry no signature. */
export function completionToMessage(completion: WireObject): WireObject {
  const choice = optionalObject(optionalArray(completion['choices'])[0]);
  const said = optionalObject(choice?.['message']);
  if (!choice || !said) throw new UpstreamError('malformed', 'the completion has no message');
  const thoughts = textOf(thoughtsIn(said));
  const text = textOf(said['content']);
  const refusal = textOf(said['refusal']);
  const calls = optionalArray(said['tool_calls']).map((call) => {
    const { id, function: called } = optionalObject(call) ?? {};
    const { name, arguments: input } = optionalObject(called) ?? {};
    return { type: 'tool_use', id, name, input: objectIn(textOf(input)) ?? {} };
  });
  return {
    ...emptyMessage(completion['id'], completion['model']),
    content: [
      ...(thoughts === '' ? [] : [{ type: 'thinking', thinking: thoughts, signature: '' }]),
      ...(text === '' ? [] : [{ type: 'text', text, citations: null }]),
      ...(refusal === '' ? [] : [{ type: 'text', text: refusal, citations: null }]),
      ...calls,
    ],
    stop_reason: stopReasonOf(choice['finish_reason'], refusal !== ''),
    usage: messageUsage(usageIn(completion)),
  };
}

/** Anthropic's usage, which leaves the cached and cache-write tokens out of the input's. */
export function messageUsage(usage: TokenUsage | undefined): WireObject {
  return {
    input_tokens: usage
      ? Math.max(0, usage.inputTokens - usage.cachedInputTokens - usage.cacheWriteInputTokens)
      : 0,
    cache_creation_input_tokens: usage?.cacheWriteInputTokens ?? 0,
    cache_read_input_tokens: usage?.cachedInputTokens ?? 0,
    output_tokens: usage?.outputTokens ?? 0,
    output_tokens_details: { thinking_tokens: usage?.reasoningTokens ?? 0 },
  };
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
