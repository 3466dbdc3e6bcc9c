import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { ApiError, fromBody } from '#lib/api/errors.ts';
import type { GenerateDone } from '#lib/api/types.ts';

/** What a stream says: any number of deltas, then one of the other two. */
export type StreamEvent =
  | { type: 'delta'; text: string }
  | { type: 'done'; answer: GenerateDone }
  | { type: 'error'; error: ApiError };

/**
 * Reads the contract's SSE. Always ends with one terminal event: a stream that breaks off or just stops ends in
 * `stream_cut`. Cancels the stream when the reader stops listening.
 */
export async function* readEvents(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<StreamEvent> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  const read: StreamEvent[] = [];
  const parser = createParser({
    onEvent(message) {
      const event = toEvent(message);
      if (event) read.push(event);
    },
  });
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      parser.feed(value);
      for (const event of read.splice(0)) {
        yield event;
        if (event.type !== 'delta') return;
      }
    }
  } finally {
    reader.cancel().catch(() => undefined);
  }
  yield { type: 'error', error: new ApiError('stream_cut', 'The answer broke off before its end.') };
}

/** Unknown events are left out: the contract may gain some. */
function toEvent({ event, data }: EventSourceMessage): StreamEvent | undefined {
  switch (event) {
    case 'delta':
      return { type: 'delta', text: (JSON.parse(data) as { text: string }).text };
    case 'done':
      return { type: 'done', answer: JSON.parse(data) as GenerateDone };
    case 'error':
      return { type: 'error', error: fromBody(JSON.parse(data), {}) };
    default:
      return undefined;
  }
}
