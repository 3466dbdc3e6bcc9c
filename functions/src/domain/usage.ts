/** Tokens of one call. `inputTokens` includes cached and cache-write ones, `outputTokens` the reasoning ones. */
export interface TokenUsage {
  inputTokens: number;
  outputTokens: number;
  cachedInputTokens: number;
  cacheWriteInputTokens: number;
  /** The part of `cacheWriteInputTokens` that was written for an hour; absent where there was none. */
  cacheWrite1hInputTokens?: number;
  /** The part of the fresh `inputTokens` that were pictures; absent where the provider does not tell them apart. */
  imageInputTokens?: number;
  /** The part of the `outputTokens` that were pictures; absent where all of them are priced alike. */
  imageOutputTokens?: number;
  reasoningTokens: number;
}

/**
 * What a million tokens cost: whole nano-USD. Cached input and cache writes without a rate of their own are
 * billed as input, hour-long cache writes without one as cache writes, pictures without one as input or output.
 */
export interface Rates {
  input: number;
  output: number;
  cachedInput?: number;
  cacheWriteInput?: number;
  cacheWrite1hInput?: number;
  imageInput?: number;
  imageOutput?: number;
}

/** The rates that a record was computed with; `costAtRates` gives the record's cost again. */
export interface PriceSnapshot extends Rates {
  /** The package and version that the rates come from. */
  source: string;
  /** The long-context threshold in input tokens that the request had passed; absent at the base rates. */
  aboveInputTokens?: number;
}

export type UsageStatus = 'ok' | 'error' | 'cancelled';

export type TerminationReason =
  | 'completed'
  | 'max_tokens'
  | 'client_disconnected'
  | 'upstream_error'
  | 'upstream_timeout'
  | 'deadline'
  | 'abandoned';

/** Where the token counts come from: the provider's report, an upper-bound estimate, or the full hold. */
export type UsageSource = 'provider' | 'estimated' | 'held';

/** One call to a provider within one request. */
export interface Attempt {
  provider: string;
  model: string;
  status: 'ok' | 'error' | 'cancelled';
  latencyMs: number;
  /** Whole nano-USD; all attempts together are what the request cost. */
  costNanoUsd: number;
  /** The provider's HTTP status, where it answered with one. */
  upstreamStatus?: number;
  upstreamRequestId?: string;
}

/** What work is counted in that has no tokens; each absent where it does not apply. */
export interface UsageUnits {
  images?: number;
  /** Of audio or video made, or of computing; whole milliseconds at the finest. */
  seconds?: number;
  /** Put into storage. */
  bytes?: number;
}

/** What is known of a finished request; the ledger writes it as `usageMetrics/{requestId}`. */
export interface UsageFacts {
  provider: string;
  model: string;
  route: string;
  usage: TokenUsage;
  units?: UsageUnits;
  /** Whole nano-USD. */
  costNanoUsd: number;
  price: PriceSnapshot | null;
  latencyMs: number;
  timeToFirstTokenMs?: number;
  status: UsageStatus;
  terminationReason: TerminationReason;
  source: UsageSource;
  attempts: Attempt[];
}

export const NO_USAGE: TokenUsage = {
  inputTokens: 0,
  outputTokens: 0,
  cachedInputTokens: 0,
  cacheWriteInputTokens: 0,
  reasoningTokens: 0,
};
