import { describe, expect, it } from 'vitest';
import { messagesMeter } from './anthropic/messages-meter.ts';
import type { Meter } from './contract.ts';
import { chatMeter } from './openai/chat-meter.ts';
import { embeddingsMeter } from './openai/embeddings.ts';
import { responsesMeter } from './openai/responses-meter.ts';
import { SseSplitter } from './sse.ts';
import { readFixture } from './test-support.ts';

/** What a meter says of each event of a recorded stream, and in the end. */
function read(meter: Meter, stream: Uint8Array) {
  const events = new SseSplitter().push(stream);
  const kinds = events.flatMap(({ data }) => (data === undefined ? [] : [meter.event(data)]));
  return { kinds, ...meter.reading() };
}
const openai = (name: string) => readFixture(new URL('openai/fixtures/', import.meta.url), name);
const anthropic = (name: string) => readFixture(new URL('anthropic/fixtures/', import.meta.url), name);

describe.each([
  ['chat completions', chatMeter, openai, ['reasoning-cached', 'length', 'refusal', 'empty']],
  ['messages', messagesMeter, anthropic, ['thinking-cached', 'max-tokens', 'refusal', 'tool-use', 'empty']],
] as const)('the meter of %s', (_, meter, fixture, names) => {
  it.each(names)('reads the same from an answer that is streamed and from one that is not: %s', (name) => {
    const whole = meter();
    whole.answer(JSON.parse(fixture(`${name}.json`).toString('utf8')), 10);
    const streamed = read(meter(), fixture(`${name}.sse`));
    const { usage, usageComplete, finishReason } = whole.reading();
    expect(streamed).toMatchObject({ usage, usageComplete, finishReason });
    expect(usageComplete).toBe(true);
    expect(streamed.kinds.at(-1)).toBe('end');
  });

  it('takes what is not of its format for nothing', () => {
    const one = meter();
    for (const data of [
      '',
      'x',
      '7',
      'null',
      '[]',
      '{"choices":7}',
      '{"choices":[7]}',
      '{"type":7,"delta":"x"}',
    ]) {
      expect(one.event(data)).toBe('other');
    }
    one.answer('text', 4);
    expect(one.reading()).toMatchObject({ usage: undefined, usageComplete: false });
  });

  it('knows an error event', () => {
    expect(meter().event('{"type":"error","error":{"message":"x"}}')).toBe('error');
  });
});

it('knows an error event without an object around it', () => {
  expect(chatMeter().event('{"object":"error","message":"x","type":"BadRequestError"}')).toBe('error');
});

it('usage on the way is not the last word', () => {
  const meter = chatMeter();
  expect(read(meter, openai('continuous-usage.sse'))).toMatchObject({
    usageComplete: true,
    finishReason: 'stop',
  });
  const part = chatMeter();
  part.event('{"choices":[{"delta":{"content":"héllo"}}],"usage":{"prompt_tokens":3,"completion_tokens":1}}');
  expect(part.reading()).toMatchObject({ usageComplete: false, seenBytes: 6, finishReason: undefined });
});

it('a message that is cut has its input exactly, and no last word', () => {
  const meter = messagesMeter();
  meter.event('{"type":"message_start","message":{"usage":{"input_tokens":9,"output_tokens":1}}}');
  expect(meter.event('{"type":"content_block_delta","delta":{"type":"text_delta","text":"né"}}')).toBe(
    'content',
  );
  expect(meter.reading()).toMatchObject({
    usage: { inputTokens: 9, outputTokens: 1 },
    usageComplete: false,
    seenBytes: 3,
    finishReason: undefined,
  });
});

describe('the meter of responses', () => {
  const usage = {
    input_tokens: 30,
    input_tokens_details: { cached_tokens: 5, cache_write_tokens: 4 },
    output_tokens: 9,
    output_tokens_details: { reasoning_tokens: 2 },
  };
  const read = {
    inputTokens: 30,
    outputTokens: 9,
    cachedInputTokens: 5,
    cacheWriteInputTokens: 4,
    reasoningTokens: 2,
  };

  it.each([
    ['completed', { output: [{ type: 'message' }] }, 'stop'],
    ['completed', { output: [{ type: 'function_call' }] }, 'tool_calls'],
    ['incomplete', { incomplete_details: { reason: 'max_output_tokens' } }, 'length'],
    ['incomplete', { incomplete_details: { reason: 'content_filter' } }, 'content_filter'],
  ])('reads %s with %j as %s', (status, rest, finishReason) => {
    const response = { status, usage, ...rest };
    const meter = responsesMeter();
    meter.answer(response, 10);
    expect(meter.reading()).toMatchObject({ usage: read, usageComplete: true, finishReason });
    const streamed = responsesMeter();
    expect(streamed.event('{"type":"response.output_text.delta","delta":"né"}')).toBe('content');
    expect(streamed.event(JSON.stringify({ type: `response.${status}`, response }))).toBe('end');
    expect(streamed.reading()).toMatchObject({ usage: read, finishReason, seenBytes: 3 });
  });

  it('knows that one failed, and what it took all the same', () => {
    const meter = responsesMeter();
    const response = { status: 'failed', usage };
    expect(meter.event(JSON.stringify({ type: 'response.failed', response }))).toBe('error');
    expect(meter.reading()).toMatchObject({ usage: read, usageComplete: true, finishReason: undefined });
    expect(responsesMeter().event('{"type":"error","code":"x"}')).toBe('error');
  });
});

it('embeddings without a report have no usage', () => {
  const meter = embeddingsMeter();
  meter.answer({ data: [] }, 10);
  expect(meter.reading()).toMatchObject({ usage: undefined, usageComplete: false });
});
