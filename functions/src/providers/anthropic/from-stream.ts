import type { ChatEvent } from '../contract.ts';
import { endedEarly, wireObject } from '../wire.ts';
import { finishReasonOf } from './from-wire.ts';
import { mergeUsage, type UsageReport, usageOf } from './usage.ts';

/**
 * The events of a streamed message as ours. Event types that are not known are passed over: Anthropic adds some
 * without notice. `message_stop` is the terminal one; a stream that ends without it was cut.
 */
export async function* fromStream(events: AsyncIterable<unknown>): AsyncGenerator<ChatEvent, void> {
  let report: UsageReport = {};
  let stopReason: unknown;
  let stopped = false;
  let count = 0;
  for await (const value of events) {
    count += 1;
    const event = wireObject(value, 'the event');
    switch (event['type']) {
      case 'message_start':
        report = mergeUsage(report, wireObject(event['message'], 'the message')['usage']);
        yield* usageEvent(report, false);
        break;
      case 'content_block_start':
        yield* textEvent(wireObject(event['content_block'], 'the content block'), 'text');
        break;
      case 'content_block_delta':
        yield* textEvent(wireObject(event['delta'], 'the delta'), 'text_delta');
        break;
      case 'message_delta':
        report = mergeUsage(report, event['usage']);
        stopReason = wireObject(event['delta'], 'the delta')['stop_reason'] ?? stopReason;
        yield* usageEvent(report, typeof stopReason === 'string');
        break;
      case 'message_stop':
        stopped = true;
        break;
      default:
    }
  }
  // Read to the end before saying so: to leave earlier would close the connection, and the next call need it.
  if (!stopped) throw endedEarly(count, 'message_stop');
  yield { type: 'finish', finishReason: finishReasonOf(stopReason) };
}

function* usageEvent(report: UsageReport, complete: boolean): Generator<ChatEvent> {
  const usage = usageOf(report);
  if (usage !== undefined) yield { type: 'usage', usage, complete };
}

function* textEvent({ type, text }: Record<string, unknown>, wanted: string): Generator<ChatEvent> {
  if (type === wanted && typeof text === 'string' && text !== '') yield { type: 'text', text };
}
