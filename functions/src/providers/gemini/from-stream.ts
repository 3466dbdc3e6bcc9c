import type { ChatEvent, FinishReason } from '../contract.ts';
import { endedEarly, wireObject } from '../wire.ts';
import { CallReader, called, finishReasonOf, partsOf, textOf } from './from-wire.ts';
import { usageOf } from './usage.ts';

/** What the SDK says of a stream that ends in the middle of an event. */
const CUT = 'Incomplete JSON segment at the end';

/**
 * The pieces of a streamed answer as events. The first one starts it, for it has the answer's id. There is no
 * terminal one: a stream is over when its finish reason has come and the pieces have ended, and was cut otherwise.
 */
export async function* fromStream(pieces: AsyncIterable<unknown>): AsyncGenerator<ChatEvent, void> {
  const calls = new CallReader();
  let finish: FinishReason | undefined;
  let hasCalls = false;
  let count = 0;
  try {
    for await (const value of pieces) {
      const piece = wireObject(value, 'the piece');
      const id = piece['responseId'];
      count += 1;
      if (count === 1) yield { type: 'start', ...(typeof id === 'string' && { upstreamRequestId: id }) };
      for (const part of partsOf(piece)) {
        const text = textOf(part);
        if (text !== '') yield { type: 'text', text };
        const toolCall = calls.read(part, id);
        if (toolCall) yield { type: 'toolCall', toolCall };
        hasCalls ||= toolCall !== undefined;
      }
      finish = finishReasonOf(piece) ?? finish;
      const usage = usageOf(piece['usageMetadata']);
      if (usage !== undefined) yield { type: 'usage', usage, complete: finish !== undefined };
    }
  } catch (thrown) {
    if (thrown instanceof Error && thrown.message === CUT) throw endedEarly(count, 'its finish reason');
    throw thrown;
  }
  if (finish === undefined) throw endedEarly(count, 'its finish reason');
  yield { type: 'finish', finishReason: called(finish, hasCalls) };
}
