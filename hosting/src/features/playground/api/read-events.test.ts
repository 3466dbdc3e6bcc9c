import { expect, test } from 'vitest';
import { readEvents, type StreamEvent } from './read-events.ts';

const DONE = {
  id: 'req_1',
  provider: 'openai',
  model: 'gpt',
  finishReason: 'stop',
  usage: {
    inputTokens: 1,
    outputTokens: 2,
    cachedInputTokens: 0,
    cacheWriteInputTokens: 0,
    reasoningTokens: 0,
  },
  cost: { usd: '0.000123' },
  latencyMs: 5,
};

/** A body that arrives in these pieces; `undefined` as the last one breaks the connection. */
function body(
  ...pieces: (string | Uint8Array<ArrayBuffer> | undefined)[]
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    pull(controller) {
      if (pieces.length === 0) return controller.close();
      const piece = pieces.shift();
      if (piece === undefined) controller.error(new TypeError('network error'));
      else controller.enqueue(typeof piece === 'string' ? encoder.encode(piece) : piece);
    },
  });
}

async function collect(stream: AsyncIterable<StreamEvent>): Promise<StreamEvent[]> {
  const events: StreamEvent[] = [];
  for await (const event of stream) events.push(event);
  return events;
}

const delta = (text: string) => `event: delta\ndata: ${JSON.stringify({ text })}\n\n`;
const done = `event: done\ndata: ${JSON.stringify(DONE)}\n\n`;

test('deltas and the terminal event, however the bytes are cut', async () => {
  const bytes = new TextEncoder().encode(delta('Grüße, ') + delta('Welt 🌍') + done);
  const single = [...bytes].map((byte) => new Uint8Array([byte]));
  for (const pieces of [[bytes], single]) {
    expect(await collect(readEvents(body(...pieces)))).toEqual([
      { type: 'delta', text: 'Grüße, ' },
      { type: 'delta', text: 'Welt 🌍' },
      { type: 'done', answer: DONE },
    ]);
  }
});

test('an error event carries the contract’s error', async () => {
  const error = { code: 'upstream_error', message: 'No luck.', requestId: 'req_2', details: { a: 1 } };
  const [first, second] = await collect(
    readEvents(body(delta('Hal'), `event: error\ndata: ${JSON.stringify({ error })}\n\n`)),
  );
  expect(first).toEqual({ type: 'delta', text: 'Hal' });
  expect(second).toMatchObject({ type: 'error', error });
});

test('a stream that just stops ends in stream_cut', async () => {
  const events = await collect(readEvents(body(delta('half'))));
  expect(events.at(-1)).toMatchObject({ type: 'error', error: { code: 'stream_cut' } });
});

test('a connection that breaks throws, for the caller to name', async () => {
  await expect(collect(readEvents(body(delta('half'), undefined)))).rejects.toThrow('network error');
});

test('nothing is read after the terminal event, and unknown events are left out', async () => {
  const text = `event: ping\ndata: {}\n\n${delta('a')}: comment\n\n${done}${delta('late')}`;
  expect((await collect(readEvents(body(text)))).map((event) => event.type)).toEqual(['delta', 'done']);
});

test('a listener that leaves cancels the stream', async () => {
  let cancelled = false;
  const endless = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull: (controller) => controller.enqueue(new TextEncoder().encode(delta('x'))),
    cancel() {
      cancelled = true;
    },
  });
  for await (const event of readEvents(endless)) {
    expect(event.type).toBe('delta');
    break;
  }
  await expect.poll(() => cancelled).toBe(true);
});
