import { once } from 'node:events';
import { type EventKind, type Meter, UpstreamError } from '../../providers/contract.ts';
import { type SseEvent, SseSplitter } from '../../providers/sse.ts';
import { interruption } from '../../providers/upstream-error.ts';
import { type AnswerDeps, conclude, upstreamErrorOf } from '../generate/finish.ts';
import { type Watch, watchOver } from '../generate/give-up.ts';
import type { Outcome } from '../generate/outcome.ts';
import { publicError } from '../generate/public-error.ts';
import type { Passage } from './prepare-passage.ts';

/** How what a provider answers looks to the client. */
export interface Rendition {
  /** A success that was not streamed. @param json the same, parsed */
  whole(body: Uint8Array, json: unknown): Uint8Array;
  /** One event; undefined: the client doesn't get it. */
  event(event: SseEvent, kind: EventKind): Uint8Array | undefined;
  /** What is added to the end of a stream that ended well. */
  end?(): Uint8Array;
  /** A provider's refusal, by its status. */
  refusal(body: Uint8Array, error: UpstreamError): Uint8Array;
  /** The event that says that the stream failed. */
  failure(thrown: unknown): Uint8Array;
}

/** An answer that is complete and accounted for. */
export interface WholeAnswer {
  status: number;
  headers: Headers;
  body: Uint8Array;
}

/** Where a stream's bytes go. A promise: the client takes no more until it resolves. */
export interface ByteSink {
  write(bytes: Uint8Array): Promise<void> | undefined;
}

/** A stream that the provider has accepted. */
export interface OpenPassage {
  headers: Headers;
  /** Passes it on to its end; accounted for when this resolves, and before the last event is written. */
  pump(sink: ByteSink): Promise<void>;
}

/**
 * Sends a request to the provider in the provider's own format and passes the answer on.
 *
 * @param gone aborts when the client has left; the call then goes on for a bounded time, for its usage.
 * @throws GatewayError where there is no answer to pass on, or the provider refuses the gateway itself;
 *   accounted for by then.
 */
export async function passOn(
  deps: AnswerDeps,
  call: Passage,
  rendition: Rendition,
  gone: AbortSignal,
): Promise<WholeAnswer | OpenPassage> {
  const watch = watchOver(gone, call.deadline, deps.now);
  const meter = call.endpoint.meter();
  const course = new Course(deps, call, meter, watch);
  let response: Response;
  try {
    response = await call.endpoint.send(call.request, { requestId: call.requestId, signal: watch.signal });
  } catch (thrown) {
    throw await course.fail(thrown);
  }
  course.upstreamRequestId = response.headers.get('request-id') ?? response.headers.get('x-request-id');
  if (!response.ok) return refuse(course, response, rendition);
  course.started = true;
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream');
  if (isStream && response.body) {
    return { headers: response.headers, pump: (sink) => pump(course, response.body, rendition, gone, sink) };
  }
  return readWhole(course, response, rendition);
}

async function refuse(course: Course, response: Response, rendition: Rendition): Promise<WholeAnswer> {
  // A refusal whose body is lost is a refusal still.
  const bytes = await bytesOf(response).catch(() => new Uint8Array());
  const error = course.call.endpoint.refusal(response, bytes);
  const outcome = await course.conclude(error);
  // It would tell the caller that the caller's own key is wrong, and may quote ours.
  if (error.kind === 'unauthenticated') throw publicError(course.call.provider.name, outcome);
  return { status: response.status, headers: response.headers, body: rendition.refusal(bytes, error) };
}

async function readWhole(course: Course, response: Response, rendition: Rendition): Promise<WholeAnswer> {
  let body: Uint8Array;
  try {
    const bytes = await bytesOf(response);
    const json = parse(bytes, course.call.provider.id);
    course.meter.answer(json, bytes.length);
    body = rendition.whole(bytes, json);
  } catch (thrown) {
    throw await course.fail(thrown);
  }
  await course.conclude();
  return { status: response.status, headers: response.headers, body };
}

async function pump(
  course: Course,
  body: Response['body'],
  rendition: Rendition,
  gone: AbortSignal,
  sink: ByteSink,
): Promise<void> {
  /** Resolves when a client that reads no more has been waited for long enough. */
  const abandoned = once(course.signal, 'abort');
  const write = async (bytes: Uint8Array): Promise<void> => {
    if (gone.aborted || bytes.length === 0) return;
    const full = sink.write(bytes);
    if (full) await Promise.race([full, abandoned]);
  };
  const splitter = new SseSplitter();
  /** From the event on that ends the stream: it may not go out before the call is accounted for. */
  const last: Uint8Array[] = [];
  let failed: UpstreamError | undefined;
  try {
    if (!body) throw new UpstreamError('malformed', 'the answer has no body');
    for await (const chunk of body) {
      const out: Uint8Array[] = [];
      for (const event of splitter.push(chunk)) {
        const kind = event.data === undefined ? 'other' : course.meter.event(event.data);
        if (kind === 'content') course.sawContent();
        if (kind === 'error') failed = new UpstreamError('server_error', 'an error event');
        const rendered = rendition.event(event, kind);
        const isLast = last.length > 0 || kind === 'end' || kind === 'error';
        if (rendered) (isLast ? last : out).push(rendered);
      }
      const [first, ...others] = out;
      if (first) await write(others.length === 0 ? first : Buffer.concat(out));
    }
    course.signal.throwIfAborted();
    if (!failed && course.meter.reading().finishReason === undefined) {
      throw new UpstreamError('connection', 'the stream ended before its end');
    }
  } catch (thrown) {
    const error = await course.fail(thrown);
    await write(rendition.failure(error));
    return;
  }
  await course.conclude(failed);
  const end = failed ? undefined : rendition.end;
  await write(Buffer.concat([...last, end ? end() : splitter.rest()]));
}

async function bytesOf(response: Response): Promise<Uint8Array> {
  return new Uint8Array(await response.arrayBuffer());
}

function parse(bytes: Uint8Array, provider: string): unknown {
  try {
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8'));
  } catch {
    throw new UpstreamError('malformed', `${provider} sent something that is not JSON`);
  }
}

/** One call on its way, and how it ends. */
class Course {
  started = false;
  upstreamRequestId: string | null = null;
  #firstContentAt: number | undefined;
  readonly call: Passage;
  readonly meter: Meter;
  readonly #deps: AnswerDeps;
  readonly #watch: Watch;

  constructor(deps: AnswerDeps, call: Passage, meter: Meter, watch: Watch) {
    this.#deps = deps;
    this.call = call;
    this.meter = meter;
    this.#watch = watch;
  }

  get signal(): AbortSignal {
    return this.#watch.signal;
  }

  sawContent(): void {
    this.#firstContentAt ??= this.#deps.now();
  }

  /** Accounts for a call that failed. @returns what the caller is told */
  async fail(thrown: unknown): Promise<Error> {
    const error = interruption(thrown, this.call.provider.id, this.signal);
    const outcome = await this.conclude(upstreamErrorOf(error, this.#deps.log, this.call.requestId));
    return publicError(this.call.provider.name, outcome);
  }

  async conclude(error?: UpstreamError): Promise<Outcome> {
    this.#watch.stop();
    const { call, meter } = this;
    const { finishReason, ...reading } = meter.reading();
    const givenUp = this.#watch.givenUp();
    const isWhole = error === undefined && finishReason !== undefined;
    const outcome: Outcome = {
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
    await conclude(this.#deps, call, outcome);
    return outcome;
  }
}
