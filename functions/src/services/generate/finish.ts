import { GatewayError } from '../../domain/errors.ts';
import type { StoredAnswer } from '../../domain/idempotency.ts';
import { usdFromNano } from '../../domain/money.ts';
import type { TokenUsage, UsageFacts } from '../../domain/usage.ts';
import type { Logger } from '../../log.ts';
import { type FinishReason, type ToolCall, UpstreamError } from '../../providers/contract.ts';
import type { Completion } from '../ledger/contract.ts';
import type { Metrics } from '../metrics.ts';
import { accountFor } from './account.ts';
import type { AdmittedCall, GenerateDeps } from './admit-call.ts';
import type { Outcome } from './outcome.ts';
import type { GenerateCall } from './prepare-call.ts';
import { publicError } from './public-error.ts';

export interface AnswerDeps extends GenerateDeps {
  log: Logger;
  metrics: Metrics;
}

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
  warnings?: string[];
}

/**
 * Accounts for a call, however it went, and settles it. Never throws.
 *
 * @param answerTo what a request with an Idempotency-Key answers to these facts, to be kept with them
 */
export async function conclude(
  deps: AnswerDeps,
  call: AdmittedCall,
  outcome: Outcome,
  answerTo?: (facts: UsageFacts) => StoredAnswer,
): Promise<UsageFacts> {
  const facts = accountFor(call, outcome);
  deps.metrics.call(facts);
  const { claim } = call;
  await settle(deps, call, facts, claim && answerTo && { claim, answer: answerTo(facts) });
  return facts;
}

/**
 * Accounts for a call, then gives its answer. In this order: once the answer is out the process may be frozen.
 *
 * @throws GatewayError where the call failed.
 */
export async function finish(
  deps: AnswerDeps,
  call: GenerateCall,
  outcome: Outcome,
  said: Said,
): Promise<Answer> {
  const result = (facts: UsageFacts) => resultOf(call, outcome, said, facts);
  const facts = await conclude(deps, call, outcome, (of) => storedAnswer(result(of), call.requestId));
  const answer = result(facts);
  if (answer instanceof GatewayError) throw answer;
  return answer;
}

function resultOf(
  call: GenerateCall,
  outcome: Outcome,
  { content, toolCalls }: Said,
  facts: UsageFacts,
): Answer | GatewayError {
  if (outcome.finishReason === undefined) return publicError(call.target.provider.name, outcome);
  const { inputTokens, outputTokens, cachedInputTokens, cacheWriteInputTokens, reasoningTokens } =
    facts.usage;
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
    ...(call.target.warnings.length > 0 && { warnings: call.target.warnings }),
  };
}

/** What a retry under the same Idempotency-Key gets: the same answer, or the same error. */
function storedAnswer(result: Answer | GatewayError, requestId: string): StoredAnswer {
  return result instanceof GatewayError
    ? { status: result.status, headers: {}, body: JSON.stringify(result.toBody(requestId)) }
    : { status: 200, headers: {}, body: JSON.stringify(result) };
}

/** Where settling fails the hold stays, and is settled in full after its deadline: the answer need not fail too. */
async function settle(
  deps: AnswerDeps,
  call: AdmittedCall,
  facts: UsageFacts,
  completion: Completion | undefined,
): Promise<void> {
  try {
    await deps.ledger.settle(call.requestId, call.userId, facts, completion);
  } catch (error) {
    deps.log.error('A call could not be settled; its hold stands until the sweep', {
      requestId: call.requestId,
      error: error instanceof Error ? error.message : 'unknown',
    });
  }
}

/** Whatever an adapter throws beside an UpstreamError is a fault of ours: logged, accounted for all the same. */
export function upstreamErrorOf(thrown: unknown, log: Logger, requestId: string): UpstreamError | undefined {
  if (thrown instanceof UpstreamError) return thrown;
  log.error('A provider’s adapter failed', {
    requestId,
    error: thrown instanceof Error ? thrown.stack : 'unknown',
  });
  return undefined;
}
