import { costAtRates, type Price, snapshotFor } from '../../domain/pricing.ts';
import {
  NO_USAGE,
  type TerminationReason,
  type TokenUsage,
  type UsageFacts,
  type UsageSource,
  type UsageStatus,
} from '../../domain/usage.ts';
import type { Model, TokenBound } from '../../providers/contract.ts';
import type { Outcome } from './outcome.ts';

/** What a call went to. */
interface Accountable {
  provider: { id: string };
  model: Model;
  bound: TokenBound;
  price: Price | undefined;
  nanoUsd: number | undefined;
}

/**
 * What a call is recorded as. The provider's own count where there is one; nothing where the provider refused the
 * call or was never reached; else an upper bound, for it may have worked (and bill) up to the moment it was lost.
 */
export function accountFor(
  { route, target: call }: { route: string; target: Accountable },
  outcome: Outcome,
): UsageFacts {
  const { usage, source } = usageOf(call, outcome);
  const price = call.price === undefined ? null : snapshotFor(call.price, usage.inputTokens);
  return {
    provider: call.provider.id,
    model: call.model.id,
    route,
    usage,
    ...(outcome.units && { units: outcome.units }),
    costNanoUsd: source === 'held' ? (call.nanoUsd ?? 0) : price === null ? 0 : costAtRates(usage, price),
    price,
    latencyMs: outcome.latencyMs,
    ...(outcome.timeToFirstTokenMs !== undefined && { timeToFirstTokenMs: outcome.timeToFirstTokenMs }),
    status: statusOf(outcome),
    terminationReason: reasonOf(outcome),
    source,
    attempts: [
      {
        provider: call.provider.id,
        model: call.model.id,
        status: statusOf(outcome),
        latencyMs: outcome.latencyMs,
        ...(outcome.error?.status !== undefined && { upstreamStatus: outcome.error.status }),
        ...(outcome.upstreamRequestId !== undefined && { upstreamRequestId: outcome.upstreamRequestId }),
      },
    ],
  };
}

function usageOf(call: Accountable, outcome: Outcome): { usage: TokenUsage; source: UsageSource } {
  if (outcome.usage && outcome.usageComplete) return { usage: outcome.usage, source: 'provider' };
  const refused = !outcome.started && (outcome.error?.status !== undefined || outcome.error?.sent === false);
  if (refused) return { usage: NO_USAGE, source: 'provider' };

  const { inputTokens, outputTokens } = call.bound;
  const reasons = call.model.capabilities.includes('reasoning');
  const seen = Math.max(outcome.seenBytes, outcome.usage?.outputTokens ?? 0);
  // A model that reasons invisibly, or an answer of which nothing was seen: only the hold is a bound.
  if (!outcome.started || reasons || seen === 0)
    return { usage: { ...NO_USAGE, inputTokens, outputTokens }, source: 'held' };
  // One token a byte is about four times what text takes, which leaves room for what was still on its way.
  return {
    usage: { ...(outcome.usage ?? { ...NO_USAGE, inputTokens }), outputTokens: Math.min(outputTokens, seen) },
    source: 'estimated',
  };
}

function statusOf({ givenUp, finishReason }: Outcome): UsageStatus {
  if (givenUp === 'client_disconnected') return 'cancelled';
  return finishReason === undefined ? 'error' : 'ok';
}

function reasonOf({ givenUp, finishReason, error }: Outcome): TerminationReason {
  if (givenUp) return givenUp;
  if (finishReason === undefined) return error?.kind === 'timeout' ? 'upstream_timeout' : 'upstream_error';
  return finishReason === 'length' ? 'max_tokens' : 'completed';
}
