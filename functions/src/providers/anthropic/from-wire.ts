import type { ChatResult, FinishReason } from '../contract.ts';
import { optionalObject, wireArray, wireObject } from '../wire.ts';
import { toolCallOf } from './tool-calls.ts';
import { usageOf } from './usage.ts';

const FINISH_REASONS: Readonly<Record<string, FinishReason>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  tool_use: 'tool_calls',
  refusal: 'content_filter',
};

/**
 * An answer of `POST /v1/messages` that was not streamed: its text blocks, joined, and its tool calls; thinking is
 * left out.
 */
export function fromWire(answer: unknown, upstreamRequestId: string | null | undefined): ChatResult {
  const message = wireObject(answer, 'the message');
  const blocks = wireArray(message['content'], 'content').map((block) =>
    wireObject(block, 'the content block'),
  );
  const texts = blocks.map(({ type, text }) => (type === 'text' && typeof text === 'string' ? text : ''));
  const toolCalls = blocks.filter(({ type }) => type === 'tool_use').map((block) => toolCallOf(block));
  return {
    content: texts.join(''),
    ...(toolCalls.length > 0 && { toolCalls }),
    finishReason: finishReasonOf(message['stop_reason']),
    usage: usageOf(optionalObject(message['usage'])),
    ...(typeof upstreamRequestId === 'string' ? { upstreamRequestId } : {}),
  };
}

export function finishReasonOf(reason: unknown): FinishReason {
  return (typeof reason === 'string' ? FINISH_REASONS[reason] : undefined) ?? 'unknown';
}
