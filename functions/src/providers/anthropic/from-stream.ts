import type { ChatEvent } from '../contract.ts';
import { endedEarly, type WireObject, wireObject } from '../wire.ts';
import { finishReasonOf } from './from-wire.ts';
import { toolCallOf } from './tool-calls.ts';
import { mergeUsage, type UsageReport, usageOf } from './usage.ts';

interface ToolBlock {
  block: WireObject;
  /** Of its input, so far. */
  text: string;
}

/**
 * The events of a streamed message as ours. Event types that are not known are passed over: Anthropic adds some
 * without notice. `message_stop` is the terminal one; a stream that ends without it was cut.
 */
export async function* fromStream(events: AsyncIterable<unknown>): AsyncGenerator<ChatEvent, void> {
  /** The calls that are being written, by the index of their block. */
  const tools = new Map<unknown, ToolBlock>();
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
      case 'content_block_start': {
        const block = wireObject(event['content_block'], 'the content block');
        if (block['type'] === 'tool_use') tools.set(event['index'], { block, text: '' });
        else yield* textEvent(block, 'text');
        break;
      }
      case 'content_block_delta': {
        const delta = wireObject(event['delta'], 'the delta');
        const tool = tools.get(event['index']);
        if (tool === undefined) yield* textEvent(delta, 'text_delta');
        else yield* inputEvent(delta, tool);
        break;
      }
      case 'content_block_stop': {
        const tool = tools.get(event['index']);
        tools.delete(event['index']);
        if (tool) yield { type: 'toolCall', toolCall: toolCallOf(tool.block, tool.text) };
        break;
      }
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

function* inputEvent({ type, partial_json: text }: WireObject, tool: ToolBlock): Generator<ChatEvent> {
  if (type !== 'input_json_delta' || typeof text !== 'string' || text === '') return;
  tool.text += text;
  yield { type: 'toolCallDelta', bytes: Buffer.byteLength(text) };
}
