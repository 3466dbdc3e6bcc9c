import { describe, expect, it } from 'vitest';
import { readJsonText } from '../json/read.ts';
import { editChatRequest, readChatRequest } from './chat-request.ts';

const dialect = { maximum: 'max_tokens', unknown: new Set(['stream_options']) } as const;
const edited = (text: string, maximum = 100) => {
  const json = readJsonText(new TextEncoder().encode(text));
  return editChatRequest(json, readChatRequest(json.body), { model: 'm', maximum, dialect }).text;
};

describe('a chat completion’s body for a provider that calls the maximum max_tokens and knows no stream_options', () => {
  it.each([
    ['{"model":"m", "seed":1.0}', '{"max_tokens":100,"model":"m", "seed":1.0}'],
    ['{"model":"m","max_tokens":7}', '{"model":"m","max_tokens":7}'],
    // A provider that reads past a name would have no maximum.
    ['{"model":"m","max_completion_tokens":100}', '{"max_tokens":100,"model":"m"}'],
    ['{"max_completion_tokens":100,"model":"m","max_tokens":7}', '{"model":"m","max_tokens":100}'],
    ['{"model":"m","max_tokens":7,"stream":true}', '{"model":"m","max_tokens":7,"stream":true}'],
    [
      '{"model":"m","max_tokens":7,"stream_options":{"include_usage":true},"stream":true}',
      '{"model":"m","max_tokens":7,"stream":true}',
    ],
  ])('%s goes out as %s', (asked, sent) => {
    expect(edited(asked)).toBe(sent);
  });
});
