import { costAtRates, type Price, snapshotFor } from '../../domain/pricing.ts';
import {
  type Attempt,
  NO_USAGE,
  type PriceSnapshot,
  type TerminationReason,
  type TokenUsage,
  type UsageFacts,
  type UsageSource,
  type UsageStatus,
} from '../../domain/usage.ts';
import type { Model, TokenBound } from '../../providers/contract.ts';
import type { Outcome } from './outcome.ts';

/** What an attempt went to. */
interface Accountable {
  provider: { id: string };
  model: Model;
  bound: TokenBound;
  price: Price | undefined;
  nanoUsd: number | undefined;
}

/** What one attempt comes to. */
export interface CountedAttempt {
  line: Attempt;
  usage: TokenUsage;
  source: UsageSource;
  costNanoUsd: number;
  price: PriceSnapshot | null;
}

/**
 * The provider's own count where there is one; nothing where the provider refused the call or was never reached;
 * else an upper bound, for it may have worked (and bill) up to the moment it was lost.
 */
export function countAttempt(target: Accountable, outcome: Outcome): CountedAttempt {
  const { usage, source } = usageOf(target, outcome);
  const price = target.price === undefined ? null : snapshotFor(target.price, usage.inputTokens);
  const costNanoUsd =
    source === 'held' ? (target.nanoUsd ?? 0) : price === null ? 0 : costAtRates(usage, price);
  return {
    line: {
      provider: target.provider.id,
      model: target.model.id,
      status: statusOf(outcome),
      latencyMs: outcome.latencyMs,
      costNanoUsd,
      ...(outcome.error?.status !== undefined && { upstreamStatus: outcome.error.status }),
      ...(outcome.upstreamRequestId !== undefined && { upstreamRequestId: outcome.upstreamRequestId }),
    },
    usage,
    source,
    costNanoUsd,
    price,
  };
}

/**
 * What a request is recorded as: what its attempts took together, at the model of the last one.
 *
 * @param attempts one at least
 * @param last how that one went
 */
export function accountFor(
  { route, latencyMs }: { route: string; latencyMs: number },
  attempts: readonly CountedAttempt[],
  last: Outcome,
): UsageFacts {
  const final = attempts.at(-1);
  if (!final) throw new Error('A request without an attempt');
  return {
    provider: final.line.provider,
    model: final.line.model,
    route,
    usage: attempts.map(({ usage }) => usage).reduce(addUsage),
    ...(last.units && { units: last.units }),
    costNanoUsd: attempts.reduce((sum, { costNanoUsd }) => sum + costNanoUsd, 0),
    price: final.price,
    latencyMs,
    ...(last.timeToFirstTokenMs !== undefined && { timeToFirstTokenMs: last.timeToFirstTokenMs }),
    status: statusOf(last),
    terminationReason: reasonOf(last),
    source: sourceOf(attempts),
    attempts: attempts.map(({ line }) => line),
  };
}

function addUsage(a: TokenUsage, b: TokenUsage): TokenUsage {
  const sum = { ...a };
  for (const [name, tokens] of Object.entries(b) as [keyof TokenUsage, number][]) {
    sum[name] = (sum[name] ?? 0) + tokens;
  }
  return sum;
}

/** Of those that took anything; what is partly reported and partly not is an estimate from above. */
function sourceOf(attempts: readonly CountedAttempt[]): UsageSource {
  const taking = attempts.filter(
    ({ usage, costNanoUsd }) => costNanoUsd > 0 || usage.inputTokens + usage.outputTokens > 0,
  );
  const sources = new Set(taking.map(({ source }) => source));
  const [only = 'provider'] = sources;
  return sources.size > 1 ? 'estimated' : only;
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
