import { once } from 'node:events';
import type { StoredAnswer } from '../../domain/idempotency.ts';
import type { Journey } from '../generate/journey.ts';
import type { Course } from './course.ts';
import type { PassageTarget } from './prepare-passage.ts';
import type { StreamReader } from './read-stream.ts';
import { stored } from './stored.ts';

/** Where a stream's bytes go. A promise: the client takes no more until it resolves. What it throws: it has left. */
export interface ByteSink {
  write(bytes: Uint8Array): Promise<void> | undefined;
}

/**
 * Passes a stream on to its end. The event that ends it waits until the request is accounted for: once it is out, the
 * process may be frozen.
 *
 * @param heldBack what was read of it already
 */
export async function pump(
  course: Course,
  reader: StreamReader,
  heldBack: readonly Uint8Array[],
  sink: ByteSink,
): Promise<void> {
  const { journey, rendition } = course;
  const client = new Client(journey, sink);
  try {
    await client.write(heldBack);
    while (!reader.isOver) await client.write(await reader.next());
  } catch (thrown) {
    const { outcome, error } = course.failure(thrown);
    const failure = [rendition.failure(error)];
    await journey.conclude(outcome, () => client.received(failure));
    await client.write(failure);
    return;
  }
  await journey.conclude(course.outcome(reader.refusal), () => client.received(reader.last));
  await client.write(reader.last);
}

/** The one who reads. */
class Client {
  readonly #journey: Journey<PassageTarget>;
  readonly #sink: ByteSink;
  /** Resolves when a client that reads no more has been waited for long enough. */
  readonly #abandoned: Promise<unknown>;
  /** All that was sent, where it is to be kept for a retry. */
  readonly #kept: Uint8Array[] | undefined;

  constructor(journey: Journey<PassageTarget>, sink: ByteSink) {
    this.#journey = journey;
    this.#sink = sink;
    this.#abandoned = once(journey.signal, 'abort');
    this.#kept = journey.call.claim && [];
  }

  async write(parts: readonly Uint8Array[]): Promise<void> {
    const bytes = joined(parts);
    if (bytes.length === 0) return;
    this.#kept?.push(bytes);
    if (this.#journey.clientHasLeft) return;
    try {
      const full = this.#sink.write(bytes);
      if (full) await Promise.race([full, this.#abandoned]);
    } catch {
      this.#journey.clientLeaves();
    }
  }

  /** The whole stream, as a client gets it that stays. */
  received(last: readonly Uint8Array[]): StoredAnswer {
    const body = Buffer.concat([...(this.#kept ?? []), ...last]);
    return stored(this.#journey, 200, 'text/event-stream; charset=utf-8', body);
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [first, ...others] = parts;
  if (first === undefined) return new Uint8Array();
  return others.length === 0 ? first : Buffer.concat(parts);
}
