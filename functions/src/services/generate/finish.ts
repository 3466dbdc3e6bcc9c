import { GatewayError } from '../../domain/errors.ts';
import type { StoredAnswer } from '../../domain/idempotency.ts';
import { usdFromNano } from '../../domain/money.ts';
import type { TokenUsage, UsageFacts } from '../../domain/usage.ts';
import type { FinishReason, ToolCall } from '../../providers/contract.ts';
import type { Journey } from './journey.ts';
import type { Outcome } from './outcome.ts';
import type { ChatTarget } from './prepare-call.ts';
import { publicError } from './public-error.ts';

/** What a model said. */
export interface Said {
  content: string;
  toolCalls: ToolCall[];
}

/** Bytes of what a model wrote; no token is shorter than one. */
export function bytesSaid({ content, toolCalls }: Said): number {
  return toolCalls.reduce(
    (sum, call) => sum + Buffer.byteLength(call.name) + Buffer.byteLength(call.arguments),
    Buffer.byteLength(content),
  );
}

/** The contract's answer to a generate request. */
export interface Answer {
  id: string;
  provider: string;
  model: string;
  content: string;
  toolCalls?: ToolCall[];
  finishReason: FinishReason;
  usage: Pick<
    TokenUsage,
    'inputTokens' | 'outputTokens' | 'cachedInputTokens' | 'cacheWriteInputTokens' | 'reasoningTokens'
  >;
  cost: { usd: string };
  latencyMs: number;
  /** Calls to providers, where there was more than one; `usage` and `cost` are of all of them. */
  attempts?: number;
  warnings?: string[];
}

/**
 * Accounts for a request, then gives its answer. In this order: once the answer is out the process may be frozen.
 *
 * @throws GatewayError where it failed.
 */
export async function finish(journey: Journey<ChatTarget>, outcome: Outcome, said: Said): Promise<Answer> {
  const { requestId } = journey.call;
  const result = (facts: UsageFacts) => resultOf(journey, outcome, said, facts);
  const facts = await journey.conclude(outcome, (of) => storedAnswer(result(of), requestId));
  const answer = result(facts);
  if (answer instanceof GatewayError) throw answer;
  return answer;
}

/** Accounts for a request that failed. @throws GatewayError what the caller is told of it */
export async function fail(journey: Journey<ChatTarget>, outcome: Outcome): Promise<never> {
  const error = publicError(journey.target.provider.name, outcome);
  await journey.conclude(outcome, () => storedAnswer(error, journey.call.requestId));
  throw error;
}

function resultOf(
  { call, target, warnings: ofJourney }: Journey<ChatTarget>,
  outcome: Outcome,
  { content, toolCalls }: Said,
  facts: UsageFacts,
): Answer | GatewayError {
  if (outcome.finishReason === undefined) return publicError(target.provider.name, outcome);
  const { inputTokens, outputTokens, cachedInputTokens, cacheWriteInputTokens, reasoningTokens } =
    facts.usage;
  const warnings = [...ofJourney, ...target.warnings];
  const attempts = facts.attempts.length;
  return {
    id: call.requestId,
    provider: facts.provider,
    model: facts.model,
    content,
    ...(toolCalls.length > 0 && { toolCalls }),
    finishReason: outcome.finishReason,
    usage: { inputTokens, outputTokens, cachedInputTokens, cacheWriteInputTokens, reasoningTokens },
    cost: { usd: usdFromNano(facts.costNanoUsd) },
    latencyMs: facts.latencyMs,
    ...(attempts > 1 && { attempts }),
    ...(warnings.length > 0 && { warnings }),
  };
}

/** What a retry under the same Idempotency-Key gets: the same answer, or the same error. */
function storedAnswer(result: Answer | GatewayError, requestId: string): StoredAnswer {
  return result instanceof GatewayError
    ? { status: result.status, headers: {}, body: JSON.stringify(result.toBody(requestId)) }
    : { status: 200, headers: {}, body: JSON.stringify(result) };
}
