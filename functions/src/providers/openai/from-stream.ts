import type { ChatEvent } from '../contract.ts';
import { endedEarly, optionalObject, wireArray, wireObject } from '../wire.ts';
import { finishReasonOf, usageIn } from './from-wire.ts';
import { ToolCalls } from './tool-calls.ts';

/**
 * The chunks of a streamed completion as events. The last word on usage is the chunk after the finish reason;
 * some providers of this format report it along the way as well. The SDK keeps the final `[DONE]` to itself, so
 * a stream is over when its finish reason has come and the chunks have ended, and was cut otherwise.
 * Nothing but the finish reason says that a tool call is whole.
 */
export async function* fromStream(chunks: AsyncIterable<unknown>): AsyncGenerator<ChatEvent, void> {
  const toolCalls = new ToolCalls();
  let finish: { reason: unknown } | undefined;
  let refused = false;
  let count = 0;
  for await (const value of chunks) {
    count += 1;
    const chunk = wireObject(value, 'the chunk');
    const [first] = wireArray(chunk['choices'], 'choices');
    if (first !== undefined) {
      const choice = wireObject(first, 'the choice');
      const delta = optionalObject(choice['delta']) ?? {};
      for (const text of [delta['content'], delta['refusal']]) {
        if (typeof text === 'string' && text !== '') yield { type: 'text', text };
      }
      const bytes = toolCalls.take(delta);
      if (bytes > 0) yield { type: 'toolCallDelta', bytes };
      refused ||= typeof delta['refusal'] === 'string' && delta['refusal'] !== '';
      if (typeof choice['finish_reason'] === 'string') finish = { reason: choice['finish_reason'] };
    }
    const usage = usageIn(chunk);
    if (usage !== undefined) yield { type: 'usage', usage, complete: finish !== undefined };
  }
  if (finish === undefined) throw endedEarly(count, 'its finish reason');
  for (const toolCall of toolCalls.whole()) yield { type: 'toolCall', toolCall };
  yield { type: 'finish', finishReason: finishReasonOf(finish.reason, refused) };
}
