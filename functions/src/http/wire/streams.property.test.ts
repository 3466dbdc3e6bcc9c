import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { WireObject } from '../../providers/wire.ts';
import { messageToCompletion } from './chat-to-messages/answer.ts';
import { MessageChunks } from './chat-to-messages/stream.ts';
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
import { convertAll, foldChunks, foldEvents } from './test-support.ts';

// A streamed answer folds to the same message as the one that was not streamed: whatever is said and called,
// however it is cut (between the halves of a surrogate pair too), with empty pieces.

it('of a message as a chat completion', () => {
  const stop = fc.constantFrom('end_turn', 'max_tokens', 'tool_use', 'stop_sequence', 'refusal');
  fc.assert(
    fc.property(
      fc.array(anthropicBlock, { maxLength: 5 }),
      anthropicUsage,
      stop,
      cuts,
      (blocks, usage, stop_reason, sizes) => {
        const message = { id: 'msg_1', type: 'message', role: 'assistant', model: 'claude', stop_reason };
        const whole = messageToCompletion({ ...message, content: blocks, usage }, 7);
        const stream = new MessageChunks(7, true);
        const folded = foldChunks(convertAll(stream, eventsOf(message, blocks, usage, sizes)));
        const choice = (whole['choices'] as WireObject[])[0] ?? {};
        const { refusal: _, ...said } = choice['message'] as WireObject;
        expect(folded.message).toEqual(said);
        expect(folded.finish).toBe(choice['finish_reason']);
        expect(folded.usage).toEqual(whole['usage']);
      },
    ),
  );
});

it('of a chat completion as a message', () => {
  const reason = fc.constantFrom('stop', 'length', 'tool_calls', 'content_filter');
  fc.assert(
    fc.property(
      openAiMessage,
      openAiUsage,
      reason,
      cuts,
      ({ calls, ...said }, usage, finish_reason, sizes) => {
        const frame = { id: 'chatcmpl-1', model: 'gpt' };
        const tool_calls = calls.map(openAiCall);
        const message = { role: 'assistant', ...said, ...(calls.length > 0 && { tool_calls }) };
        const whole = completionToMessage({
          ...frame,
          choices: [{ index: 0, message, finish_reason }],
          usage,
        });

        const chunks = chunksOf(frame, said, tool_calls, finish_reason, usage, sizes);
        expect(foldEvents(convertAll(new CompletionEvents(), chunks))).toEqual(whole);
      },
    ),
  );
});
