import type { TokenUsage, UsageUnits } from '../../domain/usage.ts';
import type { FinishReason, UpstreamError } from '../../providers/contract.ts';

/** Why a call was given up before the provider had finished. */
export type GivenUp = 'deadline' | 'client_disconnected';

/** How one call to a provider went, whichever way it went. */
export interface Outcome {
  /** Bytes of the answer that were seen; no token is shorter than one. */
  seenBytes: number;
  /** Undefined: it did not come to its end. */
  finishReason: FinishReason | undefined;
  usage: TokenUsage | undefined;
  /** Whether `usage` is the provider's final word. */
  usageComplete: boolean;
  /** Whether the provider had accepted the call. */
  started: boolean;
  error: UpstreamError | undefined;
  givenUp: GivenUp | undefined;
  latencyMs: number;
  timeToFirstTokenMs: number | undefined;
  upstreamRequestId: string | undefined;
  /** What was taken beside tokens. */
  units?: UsageUnits | undefined;
}
