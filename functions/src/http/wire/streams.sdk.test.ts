import Anthropic from '@anthropic-ai/sdk';
import fc from 'fast-check';
import OpenAI from 'openai';
import { expect, it } from 'vitest';
import { SseSplitter } from '../../providers/sse.ts';
import { streamedResponse } from '../../providers/test-support.ts';
import type { WireObject } from '../../providers/wire.ts';
import { messageToCompletion } from './chat-to-messages/answer.ts';
import { MessageChunks } from './chat-to-messages/stream.ts';
import type { StreamConverter } from './convert.ts';
import { completionToMessage } from './messages-to-chat/answer.ts';
import { CompletionEvents } from './messages-to-chat/stream.ts';
import {
  anthropicBlock,
  anthropicUsage,
  chunksOf,
  cuts,
  eventsOf,
  openAiCall,
  openAiMessage,
  openAiUsage,
} from './streams.arbitraries.ts';

// The official SDKs' own helpers make of a converted stream what the unstreamed answer is, wherever the network cuts its bytes:
// on the way to us and on the way from us.

/** What goes out of a stream that comes in pieces of so many bytes. */
function converted(
  converter: StreamConverter,
  events: readonly WireObject[],
  sizes: readonly number[],
): Buffer {
  const bytes = Buffer.from(events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join(''));
  const splitter = new SseSplitter();
  const out: string[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = Math.max(1, sizes[turn % sizes.length] ?? 1);
    for (const { data } of splitter.push(bytes.subarray(at, at + size))) {
      if (data !== undefined) out.push(converter.event(data) ?? '');
    }
    at += size;
  }
  return Buffer.from(out.join('') + converter.end());
}

const fetching = (bytes: Uint8Array, sizes: readonly number[]) => () =>
  Promise.resolve(streamedResponse(bytes, sizes));

function readByOpenAi(bytes: Uint8Array, sizes: readonly number[]) {
  const client = new OpenAI({ apiKey: 'k', baseURL: 'http://localhost', fetch: fetching(bytes, sizes) });
  return client.chat.completions.stream({ model: 'm', messages: [] }).finalChatCompletion();
}

function readByAnthropic(bytes: Uint8Array, sizes: readonly number[]) {
  const client = new Anthropic({ apiKey: 'k', baseURL: 'http://localhost', fetch: fetching(bytes, sizes) });
  return client.messages.stream({ model: 'm', max_tokens: 9, messages: [] }).finalMessage();
}

const RUNS = { numRuns: 150 };

it('OpenAI’s, of a message', async () => {
  const stop = fc.constantFrom('end_turn', 'max_tokens', 'tool_use', 'stop_sequence', 'refusal');
  await fc.assert(
    fc.asyncProperty(
      fc.array(anthropicBlock, { maxLength: 5 }),
      anthropicUsage,
      stop,
      cuts,
      cuts,
      async (blocks, usage, stop_reason, sizes, cutAt) => {
        const message = { id: 'msg_1', type: 'message', role: 'assistant', model: 'claude', stop_reason };
        const whole = messageToCompletion({ ...message, content: blocks, usage }, 7) as {
          choices: { message: WireObject; finish_reason: string }[];
          usage: WireObject;
        };
        const events = eventsOf(message, blocks, usage, sizes);
        const read = await readByOpenAi(converted(new MessageChunks(7, true), events, cutAt), sizes);
        const [choice] = read.choices;
        const { content, tool_calls, role } = whole.choices[0]?.message ?? {};
        // The helper says '' or null of what was not said, as it happens to have been streamed.
        expect(choice?.message.content || null).toEqual(content || null);
        const calls = choice?.message.tool_calls ?? [];
        expect(calls).toHaveLength(Array.isArray(tool_calls) ? tool_calls.length : 0);
        expect(calls).toMatchObject(tool_calls ?? []);
        expect([choice?.message.role, choice?.finish_reason]).toEqual([
          role,
          whole.choices[0]?.finish_reason,
        ]);
        expect(read.usage).toEqual(whole.usage);
      },
    ),
    RUNS,
  );
});

it('Anthropic’s, of a chat completion', async () => {
  const reason = fc.constantFrom('stop', 'length', 'tool_calls', 'content_filter');
  await fc.assert(
    fc.asyncProperty(
      openAiMessage,
      openAiUsage,
      reason,
      cuts,
      cuts,
      async ({ calls, ...said }, usage, finish_reason, sizes, cutAt) => {
        const frame = { id: 'chatcmpl-1', model: 'gpt' };
        const tool_calls = calls.map(openAiCall);
        const message = { role: 'assistant', ...said, ...(calls.length > 0 && { tool_calls }) };
        const whole = completionToMessage({
          ...frame,
          choices: [{ index: 0, message, finish_reason }],
          usage,
        });
        const chunks = chunksOf(frame, said, tool_calls, finish_reason, usage, sizes);
        const read = await readByAnthropic(converted(new CompletionEvents(), chunks, cutAt), sizes);
        expect(read).toMatchObject(whole);
        expect(read.content).toHaveLength((whole['content'] as unknown[]).length);
      },
    ),
    RUNS,
  );
});
