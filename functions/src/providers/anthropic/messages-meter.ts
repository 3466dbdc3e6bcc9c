import type { EventKind, FinishReason, Meter } from '../contract.ts';
import { objectIn, optionalObject, stringBytes } from '../wire.ts';
import { finishReasonOf } from './from-wire.ts';
import { mergeUsage, type UsageReport, usageOf } from './usage.ts';

/** Reads the usage of a message that is passed on. */
export function messagesMeter(): Meter {
  let report: UsageReport = {};
  let usageComplete = false;
  let stopReason: unknown;
  let finishReason: FinishReason | undefined;
  let seenBytes = 0;

  return {
    answer(body, bytes) {
      const message = optionalObject(body) ?? {};
      report = optionalObject(message['usage']) ?? {};
      usageComplete = usageOf(report) !== undefined;
      finishReason = finishReasonOf(message['stop_reason']);
      seenBytes = bytes;
    },
    event(data): EventKind {
      const event = objectIn(data) ?? {};
      const before = seenBytes;
      switch (event['type']) {
        case 'message_start':
          report = mergeUsage(report, optionalObject(event['message'])?.['usage']);
          return 'other';
        case 'content_block_start':
          seenBytes += contentBytes(event['content_block']);
          break;
        case 'content_block_delta':
          seenBytes += contentBytes(event['delta']);
          break;
        case 'message_delta':
          report = mergeUsage(report, event['usage']);
          stopReason = optionalObject(event['delta'])?.['stop_reason'] ?? stopReason;
          usageComplete = typeof stopReason === 'string' && usageOf(report) !== undefined;
          return 'other';
        case 'message_stop':
          finishReason = finishReasonOf(stopReason);
          return 'end';
        case 'error':
          return 'error';
        default:
      }
      return seenBytes > before ? 'content' : 'other';
    },
    reading: () => ({ usage: usageOf(report), usageComplete, finishReason, seenBytes }),
  };
}

/** All strings but the name of the block's or delta's kind. */
function contentBytes(value: unknown): number {
  const { type: _, ...content } = optionalObject(value) ?? {};
  return stringBytes(content);
}
