import { createParser, type EventSourceMessage } from 'eventsource-parser';

/** The events of a stream as they come. Cancels the stream when the reader stops listening. */
export async function* sseMessages(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<EventSourceMessage> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  const read: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (message) => read.push(message) });
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      parser.feed(value);
      yield* read.splice(0);
    }
  } finally {
    reader.cancel().catch(() => undefined);
  }
}
