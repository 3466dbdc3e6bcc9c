import type { ChatEvent } from '../contract.ts';
import { endedEarly, optionalObject, wireArray, wireObject } from '../wire.ts';
import { finishReasonOf, usageOf } from './from-wire.ts';

/**
 * The chunks of a streamed completion as events. The last word on usage is the chunk after the finish reason;
 * some providers of this format report it along the way as well. The SDK keeps the final `[DONE]` to itself, so
 * a stream is over when its finish reason has come and the chunks have ended, and was cut otherwise.
 */
export async function* fromStream(chunks: AsyncIterable<unknown>): AsyncGenerator<ChatEvent, void> {
  let finish: { reason: unknown } | undefined;
  let refused = false;
  let count = 0;
  for await (const value of chunks) {
    count += 1;
    const chunk = wireObject(value, 'the chunk');
    const [first] = wireArray(chunk['choices'], 'choices');
    if (first !== undefined) {
      const choice = wireObject(first, 'the choice');
      const delta = optionalObject(choice['delta']);
      for (const text of [delta?.['content'], delta?.['refusal']]) {
        if (typeof text === 'string' && text !== '') yield { type: 'text', text };
      }
      refused ||= typeof delta?.['refusal'] === 'string' && delta['refusal'] !== '';
      if (typeof choice['finish_reason'] === 'string') finish = { reason: choice['finish_reason'] };
    }
    const usage = usageOf(chunk['usage']);
    if (usage !== undefined) yield { type: 'usage', usage, complete: finish !== undefined };
  }
  if (finish === undefined) throw endedEarly(count, 'its finish reason');
  yield { type: 'finish', finishReason: finishReasonOf(finish.reason, refused) };
}
