import type { GatewayError } from '../../domain/errors.ts';
import type { StoredAnswer } from '../../domain/idempotency.ts';
import type { Meter, UpstreamError } from '../../providers/contract.ts';
import { interruption } from '../../providers/upstream-error.ts';
import { type AnswerDeps, conclude, upstreamErrorOf } from '../generate/finish.ts';
import { watchOver } from '../generate/give-up.ts';
import type { Outcome } from '../generate/outcome.ts';
import { publicError } from '../generate/public-error.ts';
import type { Passage } from './prepare-passage.ts';

/** One call on its way: what is known of it, and its end. */
export class Course {
  readonly call: Passage;
  readonly meter: Meter;
  /** Whether any of the answer was seen. */
  started = false;
  upstreamRequestId: string | undefined;
  readonly #deps: AnswerDeps;
  readonly #broken = new AbortController();
  readonly #left: AbortSignal;
  readonly #watch: ReturnType<typeof watchOver>;
  #firstContentAt: number | undefined;

  constructor(deps: AnswerDeps, call: Passage, gone: AbortSignal) {
    this.call = call;
    this.meter = call.target.endpoint.meter();
    this.#deps = deps;
    this.#left = AbortSignal.any([gone, this.#broken.signal]);
    this.#watch = watchOver(this.#left, call.deadline, deps.now);
  }

  /** Aborts when the call is given up; goes to the provider. */
  get signal(): AbortSignal {
    return this.#watch.signal;
  }

  get clientHasLeft(): boolean {
    return this.#left.aborted;
  }

  /** A client that can't be written to has left. */
  clientLeaves(): void {
    this.#broken.abort();
  }

  sawContent(): void {
    this.#firstContentAt ??= this.#deps.now();
  }

  /** How a call went that comes to its end now. */
  outcome(error?: UpstreamError): Outcome {
    this.#watch.stop();
    const { call } = this;
    const { finishReason, ...reading } = this.meter.reading();
    const givenUp = this.#watch.givenUp();
    const isWhole = error === undefined && finishReason !== undefined;
    return {
      ...reading,
      finishReason: isWhole ? finishReason : undefined,
      started: this.started,
      error,
      // A deadline that passes while the last words are on their way to the client changes nothing.
      givenUp: isWhole && givenUp === 'deadline' ? undefined : givenUp,
      latencyMs: this.#deps.now() - call.startedAt,
      timeToFirstTokenMs:
        this.#firstContentAt === undefined ? undefined : this.#firstContentAt - call.startedAt,
      upstreamRequestId: this.upstreamRequestId ?? error?.upstreamRequestId,
    };
  }

  /** How a call went that failed on the way, and what the caller is told of it. */
  failure(thrown: unknown): { outcome: Outcome; error: GatewayError } {
    const { requestId, target } = this.call;
    const { provider } = target;
    const cause = interruption(thrown, provider.id, this.signal);
    const outcome = this.outcome(upstreamErrorOf(cause, this.#deps.log, requestId));
    return { outcome, error: publicError(provider.name, outcome) };
  }

  /** @param answer what a retry under the same Idempotency-Key gets */
  async settle(outcome: Outcome, answer: () => StoredAnswer): Promise<void> {
    await conclude(this.#deps, this.call, outcome, answer);
  }
}
