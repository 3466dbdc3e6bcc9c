import type { TokenUsage } from '../../domain/usage.ts';
import { optionalObject, tokenCount, type WireObject } from '../wire.ts';

/** A usage report as it came, or several merged. */
export type UsageReport = WireObject;

/**
 * Two reports of one message, the later over the earlier, field by field: `message_start` has the input side,
 * `message_delta` the cumulative output, and either may leave out, or set to null, what the other said.
 */
export function mergeUsage(earlier: UsageReport, later: unknown): UsageReport {
  const said = Object.entries(optionalObject(later) ?? {}).filter(([, value]) => value !== null);
  return { ...earlier, ...Object.fromEntries(said) };
}

/**
 * Anthropic's `input_tokens` leaves out cache reads and writes: they are added. `output_tokens` includes
 * thinking. Undefined where there is nothing that can be read; a reported 0 is a 0.
 */
export function usageOf(value: unknown): TokenUsage | undefined {
  const report = optionalObject(value);
  const input = tokenCount(report?.['input_tokens']);
  const outputTokens = tokenCount(report?.['output_tokens']);
  if (input === undefined || outputTokens === undefined) return undefined;
  const cached = tokenCount(report?.['cache_read_input_tokens']) ?? 0;
  const written = tokenCount(report?.['cache_creation_input_tokens']) ?? 0;
  const written1h =
    tokenCount(optionalObject(report?.['cache_creation'])?.['ephemeral_1h_input_tokens']) ?? 0;
  return {
    inputTokens: input + cached + written,
    outputTokens,
    cachedInputTokens: cached,
    cacheWriteInputTokens: written,
    ...(written1h === 0 ? {} : { cacheWrite1hInputTokens: written1h }),
    reasoningTokens: tokenCount(optionalObject(report?.['output_tokens_details'])?.['thinking_tokens']) ?? 0,
  };
}
