import type { GatewayError } from '../../domain/errors.ts';
import type { Meter, UpstreamError } from '../../providers/contract.ts';
import { interruption } from '../../providers/upstream-error.ts';
import { type Journey, upstreamErrorOf } from '../generate/journey.ts';
import type { Outcome } from '../generate/outcome.ts';
import { publicError } from '../generate/public-error.ts';
import type { PassageTarget } from './prepare-passage.ts';
import type { Rendition } from './rendition.ts';

/** One attempt on its way: what is known of it, and how it looks to the client. */
export class Course {
  readonly journey: Journey<PassageTarget>;
  readonly target: PassageTarget;
  readonly meter: Meter;
  readonly rendition: Rendition;
  /** Whether any of the answer was seen. */
  started = false;
  upstreamRequestId: string | undefined;

  constructor(journey: Journey<PassageTarget>) {
    const { target } = journey;
    this.journey = journey;
    this.target = target;
    this.meter = target.endpoint.meter();
    this.rendition = target.rendition();
  }

  /** How an attempt went that comes to its end now. */
  outcome(error?: UpstreamError): Outcome {
    const { finishReason, ...reading } = this.meter.reading();
    return this.journey.outcome({
      ...reading,
      finishReason: error === undefined ? finishReason : undefined,
      started: this.started,
      error,
      upstreamRequestId: this.upstreamRequestId,
    });
  }

  /** How an attempt went that failed on the way, and what the caller is told of it. */
  failure(thrown: unknown): { outcome: Outcome; error: GatewayError } {
    const { journey, target } = this;
    const { provider } = target;
    const cause = interruption(thrown, provider.id, journey.signal);
    const outcome = this.outcome(upstreamErrorOf(cause, journey.deps.log, journey.call.requestId));
    return { outcome, error: publicError(provider.name, outcome) };
  }
}
