import type { ModelAliases } from '../../config.ts';
import { GatewayError } from '../../domain/errors.ts';
import { boundNanoUsd, type Price } from '../../domain/pricing.ts';
import type { Principal } from '../../domain/principal.ts';
import type { EndpointBound, Model, Provider } from '../../providers/contract.ts';
import type { Claim, KeyUse, Ledger, LimitState, Replay } from '../ledger/contract.ts';
import type { ProviderHub } from '../provider-hub.ts';
import type { Breakers, Pass } from './breakers.ts';

export const DEFAULT_MAX_TOKENS = 4096;

/** How long a provider may go on for a client that has left, so that its own count of the usage arrives. */
export const DRAIN_MS = 10_000;

export interface GenerateDeps {
  providers: ProviderHub;
  ledger: Ledger;
  now: () => number;
  breakers: Breakers;
  config: { requestDeadlineMs: number; modelAliases: ModelAliases; upstreamAttempts: number };
  /** In [0, 1). */
  random?: () => number;
}

/** Who calls, and by which of our routes. */
export interface Caller {
  requestId: string;
  principal: Principal;
  route: string;
  /** Where the request came with an Idempotency-Key. */
  idempotency?: { key: string; bodyHash: string } | undefined;
}

/** One model that a request may go to: what goes out to it is bounded and priced. */
export interface Target {
  provider: Provider;
  model: Model;
  bound: EndpointBound;
  price: Price | undefined;
  /** The bound of the cost; undefined where it has none: then it is not held, as where no price is known. */
  nanoUsd: number | undefined;
}

/** Makes what goes out to a model, when its turn comes. @throws GatewayError where it can't take the request */
export type MakeTarget<T extends Target> = () => T;

/** What the ledger judges a request by. */
type Credential = { apiKey: KeyUse } | { authTime: number };

export const modelName = ({ provider, model }: Pick<Target, 'provider' | 'model'>): string =>
  `${provider.id}/${model.id}`;

/** A call that has been let in: its hold stands, and whoever has it must account for it. */
export interface AdmittedCall<T extends Target = Target> {
  requestId: string;
  userId: string;
  credential: Credential;
  route: string;
  /** The first that was asked for. */
  asked: T;
  /** What it was admitted for. */
  target: T;
  /** For the first call. */
  pass: Pass;
  /** Where it may go should that fail, in order. */
  others: readonly MakeTarget<T>[];
  limits: LimitState[];
  /** Milliseconds since the epoch. */
  startedAt: number;
  deadline: number;
  /** The request has its Idempotency-Key to itself: its answer is to be kept. */
  claim: Claim | undefined;
  /** It was executed before under its Idempotency-Key: this is to be answered, and nothing is held. */
  replay: Replay | undefined;
}

export function targetOf(
  deps: GenerateDeps,
  { provider, model, bound }: Pick<Target, 'provider' | 'model' | 'bound'>,
): Target {
  const price = deps.providers.priceOf(provider.id, model.id);
  const nanoUsd = bound.unpriced === undefined && price ? boundNanoUsd(bound, price) : undefined;
  return { provider, model, bound, price, nanoUsd };
}

/**
 * Has a call to the first model that works and that the credential allows admitted, for as much as it can take there.
 *
 * @param makers one for each model, in the order in which they are to be tried
 * @throws GatewayError what the first model can't take; whatever the ledger refuses; `unavailable` where none of them
 *   works at the moment. Nothing is held then.
 */
export async function admitCall<T extends Target>(
  deps: GenerateDeps,
  caller: Caller,
  makers: readonly MakeTarget<T>[],
): Promise<AdmittedCall<T>> {
  let asked: T | undefined;
  let refused: GatewayError | undefined;
  let broken: GatewayError | undefined;
  for (const [i, make] of makers.entries()) {
    const target = madeAfter(i, make);
    if (!target) continue;
    asked ??= target;
    const pass = deps.breakers.enter(modelName(target));
    if (!pass) {
      broken ??= outOfOrder(deps, target);
      continue;
    }
    try {
      const admitted = await admitOne(deps, caller, target);
      if (admitted.replay) pass.end('none');
      return { ...admitted, asked, target, pass, others: makers.slice(i + 1) };
    } catch (error) {
      pass.end('none');
      if (!isOfModel(error) || (error.code === 'unprocessable' && i === 0)) throw error;
      if (refused?.code !== 'unprocessable') refused = error;
    }
  }
  throw broken ?? refused;
}

/**
 * Whether what the ledger refuses is the model rather than the request: what a key or a tier doesn't allow, and what has
 * no price or could never fit there. Another one may do.
 */
export const isOfModel = (error: unknown): error is GatewayError =>
  error instanceof GatewayError && (error.code === 'forbidden' || error.code === 'unprocessable');

function outOfOrder(deps: GenerateDeps, target: Target): GatewayError {
  return new GatewayError(
    'unavailable',
    `${target.provider.name} has been failing for ${target.model.id}. Try again shortly.`,
    { retryAfterSeconds: deps.breakers.retryAfterSeconds(modelName(target)) },
  );
}

/** What the first model can't take is told; a later one that can't take it is left out. */
function madeAfter<T extends Target>(index: number, make: MakeTarget<T>): T | undefined {
  try {
    return make();
  } catch (error) {
    if (index === 0 || !(error instanceof GatewayError)) throw error;
    return undefined;
  }
}

async function admitOne(
  deps: GenerateDeps,
  { requestId, principal, route, idempotency }: Caller,
  { provider, model, bound, nanoUsd }: Target,
): Promise<Omit<AdmittedCall, 'asked' | 'target' | 'pass' | 'others'>> {
  const startedAt = deps.now();
  const deadline = startedAt + deps.config.requestDeadlineMs;
  const userId = principal.uid;
  const credential: Credential =
    principal.kind === 'apiKey'
      ? { apiKey: { id: principal.keyId, hash: principal.hash, scope: principal.scope } }
      : { authTime: principal.authTime };
  const { limits, claim, replay } = await deps.ledger
    .admit({
      requestId,
      userId,
      ...credential,
      hold: { tokens: bound.inputTokens + bound.outputTokens, outputTokens: bound.outputTokens, nanoUsd },
      deadline: deadline + DRAIN_MS,
      call: { provider: provider.id, model: model.id, route },
      idempotency,
    })
    .catch((thrown: unknown) => {
      throw nameUnpriced(thrown, bound.unpriced);
    });
  return { requestId, userId, credential, route, limits, startedAt, deadline, claim, replay };
}

/** Where the refusal is of a cost that has no bound, it is for a field of the request. */
function nameUnpriced(thrown: unknown, field: string | undefined): unknown {
  if (field === undefined || !(thrown instanceof GatewayError) || thrown.code !== 'unprocessable')
    return thrown;
  return new GatewayError('unprocessable', `${field}: what this costs has no bound, and a budget applies.`, {
    details: { ...(thrown.details as object | undefined), field },
  });
}
