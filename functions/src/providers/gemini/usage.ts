import type { TokenUsage } from '../../domain/usage.ts';
import { optionalObject, tokenCount } from '../wire.ts';

/**
 * Google's `promptTokenCount` includes the cached ones; `candidatesTokenCount` leaves out the thoughts, which are
 * billed as output. What hosted tools give back to the model is input beside the prompt. A count of zero is left
 * out of the JSON, so only a report without a prompt is none. Nothing is billed for writing to the implicit cache.
 */
export function usageOf(value: unknown): TokenUsage | undefined {
  const report = optionalObject(value);
  const prompt = tokenCount(report?.['promptTokenCount']);
  if (prompt === undefined) return undefined;
  const thoughts = tokenCount(report?.['thoughtsTokenCount']) ?? 0;
  return {
    inputTokens: prompt + (tokenCount(report?.['toolUsePromptTokenCount']) ?? 0),
    outputTokens: (tokenCount(report?.['candidatesTokenCount']) ?? 0) + thoughts,
    cachedInputTokens: tokenCount(report?.['cachedContentTokenCount']) ?? 0,
    cacheWriteInputTokens: 0,
    reasoningTokens: thoughts,
  };
}
