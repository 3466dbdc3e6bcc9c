import { once } from 'node:events';
import { UpstreamError } from '../../providers/contract.ts';
import { SseSplitter } from '../../providers/sse.ts';
import type { Course } from './course.ts';
import type { Rendition } from './rendition.ts';

/** Where a stream's bytes go. A promise: the client takes no more until it resolves. What it throws: it has left. */
export interface ByteSink {
  write(bytes: Uint8Array): Promise<void> | undefined;
}

/**
 * Passes a stream on, event by event and only whole ones, so that an error of ours can follow at any time. The
 * event that ends it waits until the call is accounted for: once it is out, the process may be frozen.
 */
export async function pump(
  course: Course,
  body: AsyncIterable<Uint8Array>,
  rendition: Rendition,
  sink: ByteSink,
): Promise<void> {
  const client = new Client(course, sink);
  const splitter = new SseSplitter();
  const last: Uint8Array[] = [];
  let refusal: UpstreamError | undefined;
  course.started = true;
  try {
    for await (const chunk of body) {
      const out: Uint8Array[] = [];
      for (const event of splitter.push(chunk)) {
        const kind = event.data === undefined ? 'other' : course.meter.event(event.data);
        if (kind === 'content') course.sawContent();
        if (kind === 'error') refusal = new UpstreamError('server_error', 'an error event');
        const rendered = rendition.event(event, kind);
        const isLast = last.length > 0 || kind === 'end' || kind === 'error';
        if (rendered) (isLast ? last : out).push(rendered);
      }
      await client.write(out);
    }
    course.signal.throwIfAborted();
    if (!refusal && course.meter.reading().finishReason === undefined) {
      throw new UpstreamError('connection', 'the stream ended before its end');
    }
    last.push(refusal || !rendition.end ? splitter.rest() : rendition.end());
  } catch (thrown) {
    const { outcome, error } = course.failure(thrown);
    const failure = [rendition.failure(error)];
    await course.settle(outcome, () => client.received(failure));
    await client.write(failure);
    return;
  }
  await course.settle(course.outcome(refusal), () => client.received(last));
  await client.write(last);
}

/** The one who reads. */
class Client {
  readonly #course: Course;
  readonly #sink: ByteSink;
  /** Resolves when a client that reads no more has been waited for long enough. */
  readonly #abandoned: Promise<unknown>;
  /** All that was sent, where it is to be kept for a retry. */
  readonly #kept: Uint8Array[] | undefined;

  constructor(course: Course, sink: ByteSink) {
    this.#course = course;
    this.#sink = sink;
    this.#abandoned = once(course.signal, 'abort');
    this.#kept = course.call.claim && [];
  }

  async write(parts: readonly Uint8Array[]): Promise<void> {
    const bytes = joined(parts);
    if (bytes.length === 0) return;
    this.#kept?.push(bytes);
    if (this.#course.clientHasLeft) return;
    try {
      const full = this.#sink.write(bytes);
      if (full) await Promise.race([full, this.#abandoned]);
    } catch {
      this.#course.clientLeaves();
    }
  }

  /** The whole stream, as a client gets it that stays. */
  received(last: readonly Uint8Array[]) {
    const body = Buffer.concat([...(this.#kept ?? []), ...last]).toString('utf8');
    return { status: 200, headers: { 'content-type': 'text/event-stream; charset=utf-8' }, body };
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [first, ...others] = parts;
  if (first === undefined) return new Uint8Array();
  return others.length === 0 ? first : Buffer.concat(parts);
}
