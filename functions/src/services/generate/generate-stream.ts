import type { TokenUsage } from '../../domain/usage.ts';
import type { ChatEvent, FinishReason, UpstreamError } from '../../providers/contract.ts';
import { type Answer, bytesSaid, fail, finish, type Said } from './finish.ts';
import { type Journey, upstreamErrorOf } from './journey.ts';
import type { ChatTarget } from './prepare-call.ts';
import { settlesWithin } from './settles-within.ts';

/** Where a stream's parts go, each as soon as it is there. One that fails is a client that has left. */
export interface Sink {
  delta(text: string): Promise<unknown>;
}

/** A stream of which the first part is there. */
export interface OpenStream {
  /** Passes the answer on to its end. @throws GatewayError where it fails on the way; accounted for either way. */
  pump(sink: Sink): Promise<Answer>;
}

/**
 * How long a stream that was accepted waits for the first part of its answer before the client's own begins. Until
 * then a failure is tried again or has its HTTP status; after it, a client should see that something is under way.
 */
export const HOLD_BACK_MS = 10_000;

/**
 * Opens a stream at the provider and waits until its answer begins, so that a failure before that can be tried again,
 * or still has its HTTP status.
 *
 * @throws GatewayError where the provider refuses or does not answer; accounted for by then.
 */
export async function openStream(journey: Journey<ChatTarget>): Promise<OpenStream> {
  for (;;) {
    const reading = new StreamReading(journey);
    const failure = await reading.untilContent();
    if (!failure) return { pump: (sink) => reading.pump(sink) };
    const outcome = reading.outcome(failure.error);
    reading.close();
    if (await journey.again(outcome)) continue;
    return fail(journey, outcome);
  }
}

/** One attempt: what its events say. */
class StreamReading {
  readonly seen: Seen = {
    content: '',
    toolCalls: [],
    callBytes: 0,
    usageComplete: false,
    started: false,
    hasContent: false,
  };
  readonly #journey: Journey<ChatTarget>;
  readonly #events: AsyncIterator<ChatEvent>;
  /** Text that came before there was anybody to have it. */
  #heldText = '';
  /** One that is awaited already. */
  #pending: Promise<IteratorResult<ChatEvent>> | undefined;
  #isOver = false;

  constructor(journey: Journey<ChatTarget>) {
    this.#journey = journey;
    const { provider, request } = journey.target;
    this.#events = provider.stream(request, journey.begin())[Symbol.asyncIterator]();
  }

  /** Resolves once the answer begins or has taken long to; with what went wrong, where it never does. */
  async untilContent(): Promise<{ error: UpstreamError | undefined } | undefined> {
    const { deps, call } = this.#journey;
    try {
      const deadline = deps.now() + HOLD_BACK_MS;
      while (!this.#isOver && !this.seen.hasContent) {
        this.#pending = this.#events.next();
        if (this.seen.started && !(await settlesWithin(this.#pending, deadline - deps.now()))) break;
        const event = await this.#next();
        if (event?.type === 'text') this.#heldText += event.text;
      }
    } catch (thrown) {
      return { error: upstreamErrorOf(thrown, deps.log, call.requestId) };
    }
    // It ended without an end: a fault of the adapter's.
    return this.#isOver && this.seen.finishReason === undefined ? { error: undefined } : undefined;
  }

  async pump(sink: Sink): Promise<Answer> {
    const journey = this.#journey;
    const { deps, call } = journey;
    /** Ends the wait for a client that reads no more. Not by a race: each would leave a reaction on the other promise. */
    let giveUp = () => {};
    journey.signal.addEventListener('abort', () => giveUp(), { once: true });
    const write = async (text: string) => {
      if (text === '' || journey.clientHasLeft) return;
      await new Promise<void>((resolve) => {
        giveUp = resolve;
        void sink
          .delta(text)
          .catch(() => journey.clientLeaves())
          .then(() => resolve());
      });
    };
    await write(this.#heldText);
    try {
      while (!this.#isOver) {
        const event = await this.#next();
        if (event?.type === 'text') await write(event.text);
      }
    } catch (thrown) {
      const outcome = this.outcome(upstreamErrorOf(thrown, deps.log, call.requestId));
      return finish(journey, outcome, this.seen);
    }
    return finish(journey, this.outcome(), this.seen);
  }

  outcome(error?: UpstreamError) {
    const { seen } = this;
    return this.#journey.outcome({
      seenBytes: bytesSaid(seen) + seen.callBytes,
      finishReason: seen.finishReason,
      usage: seen.usage ?? error?.partialUsage,
      usageComplete: seen.usageComplete,
      started: seen.started,
      error,
      upstreamRequestId: seen.upstreamRequestId,
    });
  }

  /** Ends a call whose answer nobody wants any more. */
  close(): void {
    this.#events.return?.().catch(() => undefined);
  }

  async #next(): Promise<ChatEvent | undefined> {
    const pending = this.#pending ?? this.#events.next();
    this.#pending = undefined;
    const { value, done } = await pending;
    if (done) {
      this.#isOver = true;
      return undefined;
    }
    take(this.seen, value, this.#journey);
    return value;
  }
}

interface Seen extends Said {
  /** Of tool calls that are not whole yet. */
  callBytes: number;
  finishReason?: FinishReason;
  usage?: TokenUsage;
  usageComplete: boolean;
  started: boolean;
  hasContent: boolean;
  upstreamRequestId?: string;
}

function take(seen: Seen, event: ChatEvent, journey: Journey<ChatTarget>): void {
  seen.started = true;
  switch (event.type) {
    case 'start':
      if (event.upstreamRequestId) seen.upstreamRequestId = event.upstreamRequestId;
      break;
    case 'text':
      seen.hasContent = true;
      journey.sawContent();
      seen.content += event.text;
      break;
    case 'toolCallDelta':
      seen.hasContent = true;
      journey.sawContent();
      seen.callBytes += event.bytes;
      break;
    case 'toolCall':
      seen.hasContent = true;
      journey.sawContent();
      seen.callBytes = 0;
      seen.toolCalls.push(event.toolCall);
      break;
    case 'usage':
      seen.usage = event.usage;
      seen.usageComplete = event.complete;
      break;
    case 'finish':
      seen.finishReason = event.finishReason;
  }
}
