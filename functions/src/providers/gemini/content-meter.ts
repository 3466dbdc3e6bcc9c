import type { TokenUsage } from '../../domain/usage.ts';
import type { EventKind, FinishReason, Meter } from '../contract.ts';
import { objectIn, optionalObject, stringBytes, type WireObject } from '../wire.ts';
import { called, finishReasonOf, partsOf } from './from-wire.ts';
import { usageOf } from './usage.ts';

/** Reads the usage of an answer of `generateContent` that is on its way to another format. */
export function contentMeter(): Meter {
  let usage: TokenUsage | undefined;
  let finish: FinishReason | undefined;
  let hasCalls = false;
  let seenBytes = 0;

  /** @returns whether it holds anything of the answer */
  function take(response: WireObject): boolean {
    const before = seenBytes;
    for (const part of partsOf(response)) {
      const { args } = optionalObject(part['functionCall']) ?? {};
      hasCalls ||= part['functionCall'] != null;
      seenBytes += stringBytes(part);
      // Values that are no text, and the names of all, are bytes of the model's too.
      if (args !== undefined) seenBytes += Buffer.byteLength(JSON.stringify(args));
    }
    finish = finishReasonOf(response) ?? finish;
    usage = usageOf(response['usageMetadata']) ?? usage;
    return seenBytes > before;
  }

  return {
    answer(body, bytes) {
      take(optionalObject(body) ?? {});
      seenBytes = bytes;
    },
    event(data): EventKind {
      const response = objectIn(data);
      if (response === undefined) return 'other';
      if (response['error'] != null) return 'error';
      const hasContent = take(response);
      // The finish reason comes with the last words and the final usage.
      if (finish !== undefined) return 'end';
      return hasContent ? 'content' : 'other';
    },
    reading: () => ({
      usage,
      usageComplete: usage !== undefined && finish !== undefined,
      finishReason: finish && called(finish, hasCalls),
      seenBytes,
    }),
  };
}
