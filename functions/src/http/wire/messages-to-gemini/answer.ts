import type { FinishReason } from '../../../providers/contract.ts';
import { CallReader, called, finishReasonOf, partsOf, textOf } from '../../../providers/gemini/from-wire.ts';
import { usageOf } from '../../../providers/gemini/usage.ts';
import { objectIn, type WireObject } from '../../../providers/wire.ts';
import { thoughtOf } from '../chat-to-gemini/answer.ts';
import { emptyMessage, messageUsage } from '../messages-to-chat/answer.ts';
import { toSignature } from './signature.ts';

/** Which stop sequence was met nobody is told. */
const STOP_REASONS: Readonly<Record<FinishReason, string>> = {
  stop: 'end_turn',
  length: 'max_tokens',
  tool_calls: 'tool_use',
  content_filter: 'refusal',
  unknown: 'end_turn',
};

export const stopReasonOf = (reason: FinishReason | undefined, hasCalls: boolean): string =>
  STOP_REASONS[called(reason ?? 'unknown', hasCalls)];

/**
 * An answer of Gemini's as a message. The signature of a call is that of a block of thoughts before it, empty where
 * there are none to be read; those of text, which Gemini does not insist on, have no place.
 */
export function contentToMessage(response: WireObject): WireObject {
  const { responseId } = response;
  const reader = new CallReader();
  const blocks: WireObject[] = [];
  const isOpen = (block: WireObject | undefined): block is WireObject =>
    block?.['type'] === 'thinking' && block['signature'] === '';
  let hasCalls = false;
  for (const part of partsOf(response)) {
    const last = blocks.at(-1);
    const [text, thinking] = [textOf(part), thoughtOf(part)];
    if (thinking !== '') {
      if (isOpen(last)) last['thinking'] = `${last['thinking']}${thinking}`;
      else blocks.push({ type: 'thinking', thinking, signature: '' });
    }
    if (text !== '') {
      if (last?.['type'] === 'text') last['text'] = `${last['text']}${text}`;
      else blocks.push({ type: 'text', text, citations: null });
    }
    const call = reader.read(part, responseId);
    if (!call) continue;
    hasCalls = true;
    if (call.signature !== undefined) {
      const signature = toSignature(call.signature);
      if (isOpen(last)) last['signature'] = signature;
      else blocks.push({ type: 'thinking', thinking: '', signature });
    }
    blocks.push({ type: 'tool_use', id: call.id, name: call.name, input: objectIn(call.arguments) ?? {} });
  }
  return {
    ...emptyMessage(responseId, response['modelVersion']),
    content: blocks,
    stop_reason: stopReasonOf(finishReasonOf(response), hasCalls),
    usage: messageUsage(usageOf(response['usageMetadata'])),
  };
}
