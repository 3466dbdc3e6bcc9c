import { GatewayError } from '../../domain/errors.ts';
import { boundNanoUsd, type Price } from '../../domain/pricing.ts';
import type { Principal } from '../../domain/principal.ts';
import type { ChatMessage, ChatRequest, Model, Provider, TokenBound } from '../../providers/contract.ts';
import type { EnabledProvider } from '../../providers/enabled.ts';
import { omitUnsupported } from '../../providers/omit-unsupported.ts';
import { priceOf } from '../../providers/prices.ts';
import type { Ledger, LimitState } from '../ledger/contract.ts';
import type { ProviderHub } from '../provider-hub.ts';
import { resolveModel } from './resolve-model.ts';

export const DEFAULT_MAX_TOKENS = 4096;

/** How long a provider may go on for a client that has left, so that its own count of the usage arrives. */
export const DRAIN_MS = 10_000;

/** The simple generate body, validated; exactly one of `prompt` and `messages`. */
export interface GenerateBody {
  provider?: string | undefined;
  model: string;
  prompt?: string | undefined;
  messages?: ChatMessage[] | undefined;
  system?: string | undefined;
  maxTokens?: number | undefined;
  temperature?: number | undefined;
}

/** A call that has been let in: its hold stands, and whoever has it must account for it. */
export interface AdmittedCall {
  requestId: string;
  userId: string;
  route: string;
  provider: Provider;
  request: ChatRequest;
  warnings: string[];
  bound: TokenBound;
  price: Price | undefined;
  heldNanoUsd: number;
  limits: LimitState[];
  /** Milliseconds since the epoch. */
  startedAt: number;
  deadline: number;
}

export interface GenerateDeps {
  providers: ProviderHub;
  ledger: Ledger;
  now: () => number;
  config: { requestDeadlineMs: number };
}

/**
 * Resolves the model, bounds what the call can take and has it admitted.
 *
 * @throws GatewayError whatever resolving finds wrong, and whatever the ledger refuses; nothing is held then.
 */
export async function prepareCall(
  deps: GenerateDeps,
  caller: { requestId: string; principal: Principal; route: string; only?: EnabledProvider | undefined },
  body: GenerateBody,
): Promise<AdmittedCall> {
  const { principal, requestId, route } = caller;
  const resolved = resolveModel(body, principal, caller.only);
  const { request, warnings } = omitUnsupported({
    model: resolved.model,
    messages: body.messages ?? [{ role: 'user', content: body.prompt ?? '' }],
    maxTokens: outputLimit(body.maxTokens, resolved.model, principal),
    ...(body.system !== undefined && { system: body.system }),
    ...(body.temperature !== undefined && { temperature: body.temperature }),
  });
  const provider = deps.providers.get(resolved.provider);
  const bound = provider.bound(request);
  const price = priceOf(resolved.provider, resolved.model.id);
  const nanoUsd = price && boundNanoUsd(bound, price);
  const startedAt = deps.now();
  const deadline = startedAt + deps.config.requestDeadlineMs;
  const { limits } = await deps.ledger.admit({
    requestId,
    userId: principal.uid,
    authTime: principal.kind === 'apiKey' ? Number.MAX_SAFE_INTEGER : principal.authTime,
    hold: { tokens: bound.inputTokens + bound.outputTokens, outputTokens: bound.outputTokens, nanoUsd },
    deadline: deadline + DRAIN_MS,
    call: { provider: resolved.provider, model: resolved.model.id, route },
  });
  return {
    requestId,
    userId: principal.uid,
    route,
    provider,
    request,
    warnings,
    bound,
    price,
    heldNanoUsd: nanoUsd ?? 0,
    limits,
    startedAt,
    deadline,
  };
}

function outputLimit(asked: number | undefined, model: Model, principal: Principal): number {
  const granted = principal.kind === 'clientToken' ? principal.maxOutputTokens : undefined;
  if (asked === undefined) return Math.min(DEFAULT_MAX_TOKENS, model.maxOutputTokens, granted ?? Infinity);
  if (asked > model.maxOutputTokens) {
    throw new GatewayError(
      'invalid_request',
      `maxTokens: ${model.id} answers with ${model.maxOutputTokens} tokens at most.`,
    );
  }
  if (granted !== undefined && asked > granted) {
    throw new GatewayError(
      'forbidden',
      `maxTokens: this client token allows ${granted} output tokens at most.`,
    );
  }
  return asked;
}
