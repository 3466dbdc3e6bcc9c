import { describe, expect, it } from 'vitest';
import { contentToCompletion } from '../chat-to-gemini/answer.ts';
import { ContentChunks } from '../chat-to-gemini/stream.ts';
import { contentToMessage } from '../messages-to-gemini/answer.ts';
import { ContentEvents } from '../messages-to-gemini/stream.ts';
import { openAiRefusalOfGemini } from '../openai/from-gemini-error.ts';
import { convertAll } from '../test-support.ts';

const RESPONSE = {
  candidates: [
    {
      content: {
        role: 'model',
        parts: [
          { text: 'Hm.', thought: true },
          { text: 'Let me look.', thoughtSignature: 'S1' },
          { functionCall: { id: 'a', name: 'weather', args: { city: 'Bern' } }, thoughtSignature: 'S2' },
          { functionCall: { name: 'time', args: {} } },
        ],
      },
      finishReason: 'STOP',
      index: 0,
    },
  ],
  usageMetadata: {
    promptTokenCount: 100,
    cachedContentTokenCount: 40,
    candidatesTokenCount: 20,
    thoughtsTokenCount: 5,
    totalTokenCount: 125,
  },
  modelVersion: 'gemini-3.8-flash',
  responseId: 'r1',
};
const signed = (thought_signature: string) => ({ extra_content: { google: { thought_signature } } });

it('an answer is a chat completion, signatures where Google has them', () => {
  expect(contentToCompletion(RESPONSE, 7)).toEqual({
    id: 'r1',
    object: 'chat.completion',
    created: 7,
    model: 'gemini-3.8-flash',
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: 'Let me look.',
          refusal: null,
          reasoning_content: 'Hm.',
          ...signed('S1'),
          tool_calls: [
            {
              id: 'a',
              type: 'function',
              function: { name: 'weather', arguments: '{"city":"Bern"}' },
              ...signed('S2'),
            },
            { id: 'call_r1_2', type: 'function', function: { name: 'time', arguments: '{}' } },
          ],
        },
        logprobs: null,
        finish_reason: 'tool_calls',
      },
    ],
    usage: {
      prompt_tokens: 100,
      completion_tokens: 25,
      total_tokens: 125,
      prompt_tokens_details: { cached_tokens: 40, cache_write_tokens: 0 },
      completion_tokens_details: { reasoning_tokens: 5 },
    },
  });
});

it('an answer is a message, the signature of a call in a block of thoughts before it', () => {
  expect(contentToMessage(RESPONSE)).toMatchObject({
    id: 'r1',
    type: 'message',
    model: 'gemini-3.8-flash',
    content: [
      { type: 'thinking', thinking: 'Hm.', signature: '' },
      { type: 'text', text: 'Let me look.' },
      { type: 'thinking', thinking: '', signature: 'gemini:S2' },
      { type: 'tool_use', id: 'a', name: 'weather', input: { city: 'Bern' } },
      { type: 'tool_use', id: 'call_r1_2', name: 'time', input: {} },
    ],
    stop_reason: 'tool_use',
    usage: {
      input_tokens: 60,
      cache_read_input_tokens: 40,
      output_tokens: 25,
      output_tokens_details: { thinking_tokens: 5 },
    },
  });
});

it('thoughts right before a call carry its signature', () => {
  const [candidate] = RESPONSE.candidates;
  const parts = candidate?.content.parts.filter(({ text }) => text !== 'Let me look.');
  const response = { ...RESPONSE, candidates: [{ ...candidate, content: { parts } }] };
  expect(contentToMessage(response)).toMatchObject({
    content: [
      { type: 'thinking', thinking: 'Hm.', signature: 'gemini:S2' },
      { type: 'tool_use', name: 'weather' },
      { type: 'tool_use', name: 'time' },
    ],
  });
});

describe('an answer ends', () => {
  const ended = (reason: string) => ({ ...RESPONSE, candidates: [{ finishReason: reason }] });
  const blocked = { promptFeedback: { blockReason: 'SAFETY' }, responseId: 'r1' };

  it.each<[string, object, string, string]>([
    ['STOP', ended('STOP'), 'stop', 'end_turn'],
    ['MAX_TOKENS', ended('MAX_TOKENS'), 'length', 'max_tokens'],
    ['SAFETY', ended('SAFETY'), 'content_filter', 'refusal'],
    ['MALFORMED_FUNCTION_CALL', ended('MALFORMED_FUNCTION_CALL'), 'stop', 'end_turn'],
    ['a blocked prompt', blocked, 'content_filter', 'refusal'],
  ])('by %s', (_, response, finish, stop) => {
    expect(contentToCompletion({ ...response }, 7)).toMatchObject({ choices: [{ finish_reason: finish }] });
    expect(contentToMessage({ ...response })).toMatchObject({ stop_reason: stop });
    const chunks = convertAll(new ContentChunks(7, false), [response]);
    expect(chunks.at(-1)).toMatchObject({ choices: [{ delta: {}, finish_reason: finish }] });
    const events = convertAll(new ContentEvents(), [response]);
    expect(events.at(-2)).toMatchObject({ type: 'message_delta', delta: { stop_reason: stop } });
  });
});

it('a stream has its usage only where that was asked for', () => {
  const usages = (wanted: boolean) =>
    convertAll(new ContentChunks(7, wanted), [RESPONSE]).filter(({ usage }) => usage !== undefined);
  expect(usages(false)).toEqual([]);
  expect(usages(true)).toMatchObject([{ choices: [], usage: { total_tokens: 125 } }]);
});

it('a stream tells its input at once', () => {
  const [start] = convertAll(new ContentEvents(), [RESPONSE]);
  expect(start).toMatchObject({
    type: 'message_start',
    message: { usage: { input_tokens: 60, cache_read_input_tokens: 40, output_tokens: 0 } },
  });
});

it.each([
  [429, 'RESOURCE_EXHAUSTED', 'rate_limit_error'],
  [400, 'INVALID_ARGUMENT', 'invalid_request_error'],
  [503, 'UNAVAILABLE', 'server_error'],
])('a refusal of %i in OpenAI’s shape', (status, name, type) => {
  const body = Buffer.from(JSON.stringify({ error: { code: status, message: 'No.', status: name } }));
  expect(openAiRefusalOfGemini(body, status)).toEqual({
    error: { message: 'No.', type, param: null, code: name.toLowerCase() },
  });
  expect(openAiRefusalOfGemini(Buffer.from('<html>'), status)).toMatchObject({ error: { type, code: null } });
});
