import { setTimeout as sleep } from 'node:timers/promises';
import { GatewayError } from '../../domain/errors.ts';
import type { StoredAnswer } from '../../domain/idempotency.ts';
import type { UsageFacts } from '../../domain/usage.ts';
import type { Logger } from '../../log.ts';
import { type CallContext, UpstreamError } from '../../providers/contract.ts';
import type { Completion } from '../ledger/contract.ts';
import type { Metrics } from '../metrics.ts';
import { accountFor, type CountedAttempt, countAttempt } from './account.ts';
import { type AdmittedCall, type GenerateDeps, isOfModel, modelName, type Target } from './admit-call.ts';
import { isBreakdown, type Pass } from './breakers.ts';
import { type Watch, watchOver } from './give-up.ts';
import type { Outcome } from './outcome.ts';
import { LEAST_LEFT_MS, verdictOn, waitMs } from './retry-policy.ts';

export interface AnswerDeps extends GenerateDeps {
  log: Logger;
  metrics: Metrics;
}

/** What only who reads an answer knows of an attempt. */
export type Reading = Omit<Outcome, 'givenUp' | 'latencyMs' | 'timeToFirstTokenMs' | 'upstreamRequestId'> & {
  upstreamRequestId?: string | undefined;
};

/**
 * A request that has been let in, on its way through its attempts to its end. The one owner of retries: the SDKs make
 * none, so that each call to a provider is an attempt that is held for, counted and told.
 */
export class Journey<T extends Target> {
  readonly call: AdmittedCall<T>;
  readonly deps: AnswerDeps;
  /** Where the attempt under way goes, or went. */
  target: T;
  readonly #broken = new AbortController();
  readonly #left: AbortSignal;
  readonly #watch: Watch;
  readonly #others: AdmittedCall<T>['others'][number][];
  readonly #ended: CountedAttempt[] = [];
  /** Of the attempt under way. */
  #pass: Pass | undefined;
  #startedAt: number | undefined;
  /** At the target. */
  #failures = 0;
  #held: Required<Held>;
  #firstContentAt: number | undefined;

  /** @param gone aborts when the client has left; the attempt under way then goes on for a bounded time, for its usage */
  constructor(deps: AnswerDeps, call: AdmittedCall<T>, gone: AbortSignal) {
    this.deps = deps;
    this.call = call;
    this.target = call.target;
    this.#pass = call.pass;
    this.#others = [...call.others];
    this.#held = boundOf(call.target);
    this.#left = AbortSignal.any([gone, this.#broken.signal]);
    this.#watch = watchOver(this.#left, call.deadline, deps.now);
  }

  /** Aborts when the request is given up. */
  get signal(): AbortSignal {
    return this.#watch.signal;
  }

  get clientHasLeft(): boolean {
    return this.#left.aborted;
  }

  /** Calls to providers so far, the one under way included. */
  get attempts(): number {
    return this.#ended.length + (this.#startedAt === undefined ? 0 : 1);
  }

  /** For the one log line of the request. */
  get logFields(): { attempts: number; model: string } {
    return { attempts: this.attempts, model: modelName(this.target) };
  }

  /** What the caller should know of who answered; empty where nothing went wrong. */
  get warnings(): string[] {
    const { asked } = this.call;
    if (asked === this.target) return [];
    return [`${modelName(asked)} could not answer; ${modelName(this.target)} did.`];
  }

  /** A client that can't be written to has left. */
  clientLeaves(): void {
    this.#broken.abort();
  }

  /** The answer begins: at each part of it, since nobody else keeps count. */
  sawContent(): void {
    if (this.#firstContentAt !== undefined) return;
    this.#firstContentAt = this.deps.now();
    this.#pass?.works();
  }

  /** Starts an attempt. */
  begin(): CallContext {
    this.#startedAt = this.deps.now();
    this.#firstContentAt = undefined;
    return { requestId: this.call.requestId, signal: this.signal };
  }

  /** How the attempt went that comes to its end now. */
  outcome(reading: Reading): Outcome {
    const now = this.deps.now();
    const givenUp = this.#watch.givenUp();
    return {
      ...reading,
      // A deadline that passes while the last words are on their way to the client changes nothing.
      givenUp: reading.finishReason !== undefined && givenUp === 'deadline' ? undefined : givenUp,
      latencyMs: now - (this.#startedAt ?? now),
      timeToFirstTokenMs:
        this.#firstContentAt === undefined ? undefined : this.#firstContentAt - this.call.startedAt,
      upstreamRequestId: reading.upstreamRequestId ?? reading.error?.upstreamRequestId,
    };
  }

  /**
   * Ends an attempt of which the client has seen nothing, and prepares the next one where there is one: the same model
   * after a wait, else the next of the list; what it may take is held by then.
   */
  async again(outcome: Outcome): Promise<boolean> {
    this.#end(outcome);
    const verdict = verdictOn(outcome.error);
    if (outcome.givenUp || verdict === 'final' || this.#isOver) return false;
    try {
      return (verdict === 'again' && (await this.#repeats(outcome.error))) || (await this.#moves());
    } catch (error) {
      // What the ledger refuses, or can't say in time: then the last attempt was the last.
      this.deps.log.info('No further attempt', {
        requestId: this.call.requestId,
        reason: error instanceof GatewayError ? error.code : String(error),
      });
      return false;
    }
  }

  /**
   * Accounts for all attempts and settles the request. Never throws.
   *
   * @param last how the last attempt went
   * @param answerTo what a request with an Idempotency-Key answers to these facts, to be kept with them
   */
  async conclude(last: Outcome, answerTo?: (facts: UsageFacts) => StoredAnswer): Promise<UsageFacts> {
    this.#watch.stop();
    this.#end(last);
    const { route, startedAt, claim } = this.call;
    const facts = accountFor({ route, latencyMs: this.deps.now() - startedAt }, this.#ended, last);
    this.deps.metrics.call(facts);
    await this.#settle(facts, claim && answerTo && { claim, answer: answerTo(facts) });
    return facts;
  }

  /** Nobody would have what another attempt answers. */
  get #isOver(): boolean {
    const leftMs = this.call.deadline - this.deps.now();
    return this.clientHasLeft || this.signal.aborted || leftMs < LEAST_LEFT_MS;
  }

  #end(outcome: Outcome): void {
    if (this.#startedAt === undefined) return;
    this.#startedAt = undefined;
    this.#ended.push(countAttempt(this.target, outcome));
    this.#failures += 1;
    this.#pass?.end(verdictOfBreaker(outcome));
    this.#pass = undefined;
  }

  /** The same model once more. */
  async #repeats(error: UpstreamError | undefined): Promise<boolean> {
    const { config, now, random = Math.random } = this.deps;
    if (this.#failures >= config.upstreamAttempts) return false;
    const wait = waitMs({
      failures: this.#failures,
      retryAfterSeconds: error?.retryAfterSeconds,
      hasOthers: this.#others.length > 0,
      leftMs: this.call.deadline - now(),
      random,
    });
    if (wait === undefined) return false;
    await sleep(wait, undefined, { signal: AbortSignal.any([this.#left, this.signal]) }).catch(
      () => undefined,
    );
    if (this.#isOver) return false;
    const pass = this.deps.breakers.enter(modelName(this.target));
    return pass !== undefined && this.#takes(this.target, pass);
  }

  /** The next model that can take the request, may be called and is allowed. */
  async #moves(): Promise<boolean> {
    for (let make = this.#others.shift(); make && !this.#isOver; make = this.#others.shift()) {
      const next = made(make);
      const pass = next && this.deps.breakers.enter(modelName(next));
      if (!pass) continue;
      try {
        return await this.#takes(next, pass);
      } catch (error) {
        if (!isOfModel(error)) throw error;
      }
    }
    return false;
  }

  /**
   * Holds what an attempt there may take beside what those before it may have taken. False where nobody waits for that
   * attempt by then.
   *
   * @throws GatewayError what the ledger throws
   */
  async #takes(target: T, pass: Pass): Promise<boolean> {
    try {
      await this.#hold(target);
    } catch (error) {
      pass.end('none');
      throw error;
    }
    if (this.#isOver) {
      pass.end('none');
      return false;
    }
    if (target !== this.target) this.#failures = 0;
    this.target = target;
    this.#pass = pass;
    return true;
  }

  async #hold(target: T): Promise<void> {
    const bound = boundOf(target);
    const needed = { ...bound };
    for (const { usage, costNanoUsd } of this.#ended) {
      needed.tokens += usage.inputTokens + usage.outputTokens;
      needed.outputTokens += usage.outputTokens;
      if (needed.nanoUsd !== undefined) needed.nanoUsd += costNanoUsd;
    }
    const held = this.#held;
    const isCovered = needed.tokens <= held.tokens && (needed.nanoUsd ?? 0) <= (held.nanoUsd ?? 0);
    // Another model is for the ledger to allow, however little it takes.
    if (isCovered && target === this.target) return;
    const { requestId, userId, credential } = this.call;
    const call = { provider: target.provider.id, model: target.model.id };
    await this.deps.ledger.extend({ requestId, userId, ...credential, hold: needed, call });
    this.#held = {
      tokens: Math.max(held.tokens, needed.tokens),
      outputTokens: Math.max(held.outputTokens, needed.outputTokens),
      nanoUsd: Math.max(held.nanoUsd ?? 0, needed.nanoUsd ?? 0),
    };
  }

  /** Where settling fails the hold stays, and is settled in full after its deadline: the answer need not fail too. */
  async #settle(facts: UsageFacts, completion: Completion | undefined): Promise<void> {
    const { requestId, userId } = this.call;
    try {
      await this.deps.ledger.settle(requestId, userId, facts, completion);
    } catch (error) {
      this.deps.log.error('A call could not be settled; its hold stands until the sweep', {
        requestId,
        error: error instanceof Error ? error.message : 'unknown',
      });
    }
  }
}

interface Held {
  tokens: number;
  outputTokens: number;
  nanoUsd: number | undefined;
}

function boundOf({ bound, nanoUsd }: Target): Required<Held> {
  const { inputTokens, outputTokens } = bound;
  return { tokens: inputTokens + outputTokens, outputTokens, nanoUsd };
}

/** Undefined where the model can't take the request. */
function made<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch (error) {
    if (error instanceof GatewayError) return undefined;
    throw error;
  }
}

function verdictOfBreaker({ error, givenUp, started, finishReason }: Outcome): 'ok' | 'failed' | 'none' {
  if (finishReason !== undefined) return 'ok';
  // Nothing came until the deadline.
  if (givenUp === 'deadline') return started ? 'none' : 'failed';
  if (givenUp || error === undefined || error.kind === 'aborted') return 'none';
  return isBreakdown(error) ? 'failed' : error.kind === 'malformed' ? 'none' : 'ok';
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
