import { readFileSync } from 'node:fs';
import type { ChatEvent, ChatRequest, Model } from './contract.ts';

/** A recorded answer of a provider, as bytes. */
export function readFixture(folder: URL, name: string): Buffer {
  return readFileSync(new URL(name, folder));
}

/** The bytes as a streamed response; `sizes` says how many go out at a time, over and over. */
export function streamedResponse(bytes: Uint8Array, sizes: readonly number[]): Response {
  let at = 0;
  let turn = 0;
  return new Response(
    new ReadableStream({
      pull(controller) {
        const size = Math.max(1, sizes[turn++ % sizes.length] ?? 1);
        if (at >= bytes.length) controller.close();
        else controller.enqueue(bytes.slice(at, at + size));
        at += size;
      },
    }),
    { headers: { 'content-type': 'text/event-stream' } },
  );
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** The text of a stream, and its other events in order. */
export function summarize(events: readonly ChatEvent[]): { text: string; rest: ChatEvent[] } {
  return {
    text: events.map((event) => (event.type === 'text' ? event.text : '')).join(''),
    rest: events.filter((event) => event.type !== 'text'),
  };
}

export function chatRequest(model: Model, rest: Partial<Omit<ChatRequest, 'model'>> = {}): ChatRequest {
  return { model, messages: [{ role: 'user', content: 'Hello' }], maxTokens: 1024, ...rest };
}
