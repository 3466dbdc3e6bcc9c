import { NO_USAGE, type TokenUsage } from '../../domain/usage.ts';
import type { EndpointBound, Meter } from '../contract.ts';
import { optionalArray, optionalObject, textBytes, tokenCount, type WireObject } from '../wire.ts';
import { TOKENS_PER_MESSAGE } from './format-tokens.ts';

/** No token is shorter than a byte; one that is given by its number is longer still. Only the input is billed. */
export function embeddingsBound(body: WireObject, text: string): EndpointBound {
  const inputs = Math.max(1, optionalArray(body['input']).length);
  return {
    inputTokens: textBytes(text, body, []) + TOKENS_PER_MESSAGE * inputs,
    outputTokens: 0,
    cacheWrites: 'none',
  };
}

export function embeddingsMeter(): Meter {
  let usage: TokenUsage | undefined;
  let seenBytes = 0;
  return {
    answer(body, bytes) {
      const inputTokens = tokenCount(optionalObject(optionalObject(body)?.['usage'])?.['prompt_tokens']);
      usage = inputTokens === undefined ? undefined : { ...NO_USAGE, inputTokens };
      seenBytes = bytes;
    },
    event: () => 'other',
    reading: () => ({ usage, usageComplete: usage !== undefined, finishReason: 'stop', seenBytes }),
  };
}
