import { NO_USAGE, type TokenUsage } from '../../domain/usage.ts';
import type { EndpointBound, Meter } from '../contract.ts';
import { optionalArray, optionalObject, textBytes, type WireObject } from '../wire.ts';
import { usageOf } from './usage.ts';

/** What begins and ends each text may be tokens of its own. */
const TOKENS_PER_TEXT = 4;

/** No token is shorter than a byte; only the input is billed. */
export function embedBound(body: WireObject, text: string): EndpointBound {
  const texts = optionalArray(body['contents']).length;
  return {
    inputTokens: textBytes(text, body, []) + TOKENS_PER_TEXT * texts,
    outputTokens: 0,
    cacheWrites: 'none',
  };
}

export function embedMeter(): Meter {
  let usage: TokenUsage | undefined;
  let seenBytes = 0;
  return {
    answer(body, bytes) {
      const reported = usageOf(optionalObject(body)?.['usageMetadata']);
      usage = reported && { ...NO_USAGE, inputTokens: reported.inputTokens };
      seenBytes = bytes;
    },
    event: () => 'other',
    reading: () => ({ usage, usageComplete: usage !== undefined, finishReason: 'stop', seenBytes }),
  };
}
