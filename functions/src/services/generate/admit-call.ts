import { boundNanoUsd, type Price } from '../../domain/pricing.ts';
import type { Principal } from '../../domain/principal.ts';
import type { EndpointBound, Model, Provider, TokenBound } from '../../providers/contract.ts';
import type { Claim, Ledger, LimitState, Replay } from '../ledger/contract.ts';
import type { ProviderHub } from '../provider-hub.ts';

export const DEFAULT_MAX_TOKENS = 4096;

/** How long a provider may go on for a client that has left, so that its own count of the usage arrives. */
export const DRAIN_MS = 10_000;

export interface GenerateDeps {
  providers: ProviderHub;
  ledger: Ledger;
  now: () => number;
  config: { requestDeadlineMs: number };
}

/** Who calls, and by which of our routes. */
export interface Caller {
  requestId: string;
  principal: Principal;
  route: string;
  /** Where the request came with an Idempotency-Key. */
  idempotency?: { key: string; bodyHash: string } | undefined;
}

/** A call that has been let in: its hold stands, and whoever has it must account for it. */
export interface AdmittedCall {
  requestId: string;
  userId: string;
  route: string;
  provider: Provider;
  model: Model;
  bound: TokenBound;
  price: Price | undefined;
  heldNanoUsd: number;
  limits: LimitState[];
  /** Milliseconds since the epoch. */
  startedAt: number;
  deadline: number;
  /** The request has its Idempotency-Key to itself: its answer is to be kept. */
  claim: Claim | undefined;
  /** It was executed before under its Idempotency-Key: this is to be answered, and nothing is held. */
  replay: Replay | undefined;
}

/**
 * Has a call to a model admitted for as much as it can take.
 *
 * @param bound also says where the price does not bound the cost: then it is not held, as where no price is known.
 * @throws GatewayError whatever the ledger refuses; nothing is held then.
 */
export async function admitCall(
  deps: GenerateDeps,
  { requestId, principal, route, idempotency }: Caller,
  { provider, model, bound }: { provider: Provider; model: Model; bound: EndpointBound },
): Promise<AdmittedCall> {
  const price = deps.providers.priceOf(provider.id, model.id);
  const nanoUsd = bound.unpriced === undefined && price ? boundNanoUsd(bound, price) : undefined;
  const startedAt = deps.now();
  const deadline = startedAt + deps.config.requestDeadlineMs;
  const { limits, claim, replay } = await deps.ledger.admit({
    requestId,
    userId: principal.uid,
    ...(principal.kind === 'apiKey'
      ? { apiKey: { id: principal.keyId, hash: principal.hash, scope: principal.scope } }
      : { authTime: principal.authTime }),
    hold: { tokens: bound.inputTokens + bound.outputTokens, outputTokens: bound.outputTokens, nanoUsd },
    deadline: deadline + DRAIN_MS,
    call: { provider: provider.id, model: model.id, route },
    idempotency,
  });
  return {
    requestId,
    userId: principal.uid,
    route,
    provider,
    model,
    bound,
    price,
    heldNanoUsd: nanoUsd ?? 0,
    limits,
    startedAt,
    deadline,
    claim,
    replay,
  };
}
