import type { Principal } from '../domain/principal.ts';
import {
  NO_USAGE,
  type TerminationReason,
  type TokenUsage,
  type UsageFacts,
  type UsageSource,
  type UsageUnits,
} from '../domain/usage.ts';
import type { Logger } from '../log.ts';
import type { KeyUse, Ledger } from './ledger/contract.ts';
import type { Metrics } from './metrics.ts';

export interface MeterDeps {
  ledger: Ledger;
  log: Logger;
  metrics: Pick<Metrics, 'call'>;
  now: () => number;
}

/** Who pays, and by which of our routes. Plain data: it can be kept with a job. */
export interface Payer {
  /** Random; the id of the hold and of the usage record. */
  requestId: string;
  userId: string;
  credential: { authTime: number } | { apiKey: KeyUse };
  route: string;
}

/** Work that is no call to a chat model, and the most that it can take. */
export interface Work {
  /** OWN_WORK, or a provider's id: then lists of allowed providers and models apply. */
  provider: string;
  model: string;
  /** Whole nano-USD; undefined where there is no known price: refused where a budget applies. */
  nanoUsd: number | undefined;
  /** Where the work has tokens as well. */
  tokens?: { input: number; output: number };
  /** Milliseconds from now by which it is over and settled, whatever happens. */
  withinMs: number;
}

/** Work that has been let in: its hold stands until it is settled, or its deadline. Plain data as well. */
export interface AdmittedWork {
  payer: Payer;
  work: Work;
  /** Milliseconds since the epoch. */
  startedAt: number;
}

/** What work really took. */
export interface Taken {
  costNanoUsd: number;
  units?: UsageUnits;
  usage?: TokenUsage;
  source?: UsageSource;
}

/** How it ended; absent: it was completed. */
export interface Ended {
  reason: TerminationReason;
  upstreamStatus?: number;
}

export const payerOf = (principal: Principal, requestId: string, route: string): Payer => ({
  requestId,
  userId: principal.uid,
  credential:
    principal.kind === 'apiKey'
      ? { apiKey: { id: principal.keyId, hash: principal.hash, scope: principal.scope } }
      : { authTime: principal.authTime },
  route,
});

/** Holds the most that the work can take on every limit. @throws GatewayError whatever the ledger refuses */
export async function admitWork(deps: MeterDeps, payer: Payer, work: Work): Promise<AdmittedWork> {
  const startedAt = deps.now();
  const { input = 0, output = 0 } = work.tokens ?? {};
  await deps.ledger.admit({
    requestId: payer.requestId,
    userId: payer.userId,
    ...payer.credential,
    hold: { tokens: input + output, outputTokens: output, nanoUsd: work.nanoUsd },
    deadline: startedAt + work.withinMs,
    call: { provider: work.provider, model: work.model, route: payer.route },
  });
  return { payer, work, startedAt };
}

/**
 * Replaces the hold by what the work took and writes its record, once however often it is called. Never throws:
 * where it fails the hold stays, and is settled in full after its deadline.
 */
export async function settleWork(
  deps: MeterDeps,
  { payer, work, startedAt }: AdmittedWork,
  taken: Taken,
  ended: Ended = { reason: 'completed' },
): Promise<UsageFacts> {
  const latencyMs = Math.max(0, deps.now() - startedAt);
  const status =
    ended.reason === 'completed' ? 'ok' : ended.reason === 'client_disconnected' ? 'cancelled' : 'error';
  const { provider, model } = work;
  const facts: UsageFacts = {
    provider,
    model,
    route: payer.route,
    usage: taken.usage ?? NO_USAGE,
    ...(taken.units && { units: taken.units }),
    costNanoUsd: taken.costNanoUsd,
    price: null,
    latencyMs,
    status,
    terminationReason: ended.reason,
    source: taken.source ?? 'provider',
    attempts: [
      {
        provider,
        model,
        status,
        latencyMs,
        costNanoUsd: taken.costNanoUsd,
        ...(ended.upstreamStatus !== undefined && { upstreamStatus: ended.upstreamStatus }),
      },
    ],
  };
  deps.metrics.call(facts);
  try {
    await deps.ledger.settle(payer.requestId, payer.userId, facts);
  } catch (error) {
    deps.log.error('Work could not be settled; its hold stands until the sweep', {
      requestId: payer.requestId,
      error: error instanceof Error ? error.message : 'unknown',
    });
  }
  return facts;
}

/** What is settled where nobody knows what was taken: all that was held. */
export const allThatWasHeld = ({ work }: AdmittedWork): Taken => ({
  costNanoUsd: work.nanoUsd ?? 0,
  ...(work.tokens && {
    usage: { ...NO_USAGE, inputTokens: work.tokens.input, outputTokens: work.tokens.output },
  }),
  source: 'held',
});

/**
 * Does work for as long as its hold stands: admitted first, settled before the answer goes out.
 *
 * @param run the work, and what it took
 * @param onFailure what work took that failed, and how it ended; by default all that was held, for a provider may
 *   bill what it did not deliver
 * @throws GatewayError what the ledger refuses; whatever `run` throws, settled by then
 */
export async function metered<T>(
  deps: MeterDeps,
  payer: Payer,
  work: Work,
  run: (admitted: AdmittedWork) => Promise<{ value: T; taken: Taken }>,
  onFailure: (error: unknown, admitted: AdmittedWork) => { taken: Taken; ended: Ended } = (_, admitted) => ({
    taken: allThatWasHeld(admitted),
    ended: { reason: 'upstream_error' },
  }),
): Promise<T> {
  const admitted = await admitWork(deps, payer, work);
  let done: { value: T; taken: Taken };
  try {
    done = await run(admitted);
  } catch (error) {
    const { taken, ended } = onFailure(error, admitted);
    await settleWork(deps, admitted, taken, ended);
    throw error;
  }
  await settleWork(deps, admitted, done.taken);
  return done.value;
}
