import { UpstreamError } from '../../providers/contract.ts';
import { SseSplitter } from '../../providers/sse.ts';
import type { Course } from './course.ts';

type Parts = readonly Uint8Array[];

/**
 * Reads one stream, event by event and only whole ones, so that an error of ours can follow at any time. What ends it
 * is kept apart: it waits until the request is accounted for.
 */
export class StreamReader {
  /** What the provider says of a failure in its own format. */
  refusal: UpstreamError | undefined;
  hasContent = false;
  /** The event that ends the stream, and what comes after it. */
  readonly last: Uint8Array[] = [];
  readonly #course: Course;
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #splitter = new SseSplitter();
  #pending: Promise<Parts> | undefined;
  #isOver = false;

  constructor(course: Course, body: AsyncIterable<Uint8Array>) {
    this.#course = course;
    this.#chunks = body[Symbol.asyncIterator]();
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** The next parts for the client, begun to be read; `next` takes them. */
  begin(): Promise<Parts> {
    this.#pending ??= this.#read();
    return this.#pending;
  }

  /** The next parts for the client. @throws UpstreamError and whatever the connection throws */
  next(): Promise<Parts> {
    const pending = this.begin();
    this.#pending = undefined;
    return pending;
  }

  /** Ends a stream that nobody reads any more. */
  close(): void {
    this.#isOver = true;
    this.#chunks.return?.()?.catch(() => undefined);
  }

  async #read(): Promise<Parts> {
    const { value, done } = await this.#chunks.next();
    try {
      return done ? this.#end() : this.#render(value);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  #render(chunk: Uint8Array): Parts {
    const { meter, rendition, journey, target } = this.#course;
    const out: Uint8Array[] = [];
    for (const event of this.#splitter.push(chunk)) {
      const kind = event.data === undefined ? 'other' : meter.event(event.data);
      if (kind === 'content') {
        this.hasContent = true;
        journey.sawContent();
      }
      if (kind === 'error') this.refusal = target.endpoint.failure(event.data ?? '');
      const rendered = rendition.event(event, kind, this.refusal);
      const isLast = this.last.length > 0 || kind === 'end' || kind === 'error';
      if (rendered) (isLast ? this.last : out).push(rendered);
    }
    return out;
  }

  #end(): Parts {
    const { meter, rendition, journey } = this.#course;
    this.#isOver = true;
    journey.signal.throwIfAborted();
    if (!this.refusal && meter.reading().finishReason === undefined) {
      throw new UpstreamError('connection', 'the stream ended before its end');
    }
    this.last.push(this.refusal || !rendition.end ? this.#splitter.rest() : rendition.end());
    return [];
  }
}
