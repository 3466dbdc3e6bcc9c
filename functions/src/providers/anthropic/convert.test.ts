import { Stream } from '@anthropic-ai/sdk/streaming';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { costNanoUsd } from '../../domain/pricing.ts';
import type { ChatResult } from '../contract.ts';
import { foldStream } from '../fold.ts';
import { priceOf } from '../prices.ts';
import { chatRequest, collect, readFixture, streamedResponse, summarize } from '../test-support.ts';
import { fromStream } from './from-stream.ts';
import { fromWire } from './from-wire.ts';
import { ANTHROPIC_MODELS } from './models.ts';
import { toWire } from './to-wire.ts';
import { mergeUsage, usageOf } from './usage.ts';

const FIXTURES = new URL('./fixtures/', import.meta.url);
const json = (name: string): unknown => JSON.parse(readFixture(FIXTURES, `${name}.json`).toString());

/** The recorded stream, through the official SDK's own reader. */
function recorded(name: string, sizes: readonly number[] = [4096]) {
  const response = streamedResponse(readFixture(FIXTURES, `${name}.sse`), sizes);
  return fromStream(Stream.fromSSEResponse<unknown>(response, new AbortController()));
}

const usage = (tokens: Partial<NonNullable<ChatResult['usage']>>) => ({
  inputTokens: 0,
  outputTokens: 0,
  cachedInputTokens: 0,
  cacheWriteInputTokens: 0,
  reasoningTokens: 0,
  ...tokens,
});

const GOLDEN: Record<string, ChatResult> = {
  'thinking-cached': {
    content: 'Grüße, 世界 👩‍🚀! e\u0301 "quoted"\ndone',
    finishReason: 'stop',
    usage: usage({
      inputTokens: 2800,
      outputTokens: 150,
      cachedInputTokens: 2000,
      cacheWriteInputTokens: 700,
      cacheWrite1hInputTokens: 400,
      reasoningTokens: 120,
    }),
  },
  'max-tokens': {
    content: 'One, two, three',
    finishReason: 'length',
    usage: usage({ inputTokens: 14, outputTokens: 6 }),
  },
  refusal: {
    content: "I can't help with that.",
    finishReason: 'content_filter',
    usage: usage({ inputTokens: 81, outputTokens: 11 }),
  },
  'tool-use': {
    content: 'Let me look.',
    toolCalls: [
      { id: 'toolu_01T1x1fJ34qAmk2tNTrN7Up6', name: 'get_weather', arguments: '{"city":"Zürich"}' },
    ],
    finishReason: 'tool_calls',
    usage: usage({ inputTokens: 403, outputTokens: 71 }),
  },
  empty: {
    content: '',
    finishReason: 'length',
    usage: usage({ inputTokens: 9, outputTokens: 64, reasoningTokens: 64 }),
  },
};

describe.each(Object.entries(GOLDEN))('%s', (name, golden) => {
  it('reads the answer', () => {
    expect(fromWire(json(name), null)).toEqual(golden);
  });

  it('folds the stream to the same answer', async () => {
    expect(await foldStream(recorded(name))).toEqual(golden);
  });
});

it('reads the same from a stream that is split anywhere, in the middle of a character too', async () => {
  const golden = GOLDEN['thinking-cached'];
  expect(await foldStream(recorded('thinking-cached', [1]))).toEqual(golden);
  const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(sizes, async (split) => {
      expect(await foldStream(recorded('thinking-cached', split))).toEqual(golden);
    }),
    { numRuns: 40 },
  );
});

it('reports the input side at once and the final usage before the end', async () => {
  const { rest } = summarize(await collect(recorded('max-tokens')));
  expect(rest).toEqual([
    { type: 'usage', usage: usage({ inputTokens: 14, outputTokens: 3 }), complete: false },
    { type: 'usage', usage: usage({ inputTokens: 14, outputTokens: 6 }), complete: true },
    { type: 'finish', finishReason: 'length' },
  ]);
});

it('tells of a tool call as it comes, and gives it when its block ends', async () => {
  const { rest } = summarize(await collect(recorded('tool-use')));
  const bytes = rest.map((event) => (event.type === 'toolCallDelta' ? event.bytes : 0));
  expect(bytes.reduce((sum, each) => sum + each)).toBe(Buffer.byteLength('{"city": "Zürich"}'));
  expect(rest.map(({ type }) => type).slice(-3)).toEqual(['toolCall', 'usage', 'finish']);
});

it('a stream of tool calls folds to the whole answer, whatever they hold and however they are cut', async () => {
  const text = fc.string({ unit: 'binary', maxLength: 30 });
  const call = fc.record({
    id: fc.uuid(),
    name: fc.stringMatching(/^[a-z]{1,9}$/),
    input: fc.dictionary(text, text),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(call, { minLength: 1, maxLength: 4 }), fc.nat(), async (calls, cut) => {
      const content = calls.map((each) => ({ type: 'tool_use', ...each }));
      const whole = fromWire({ content, stop_reason: 'tool_use' }, null);
      const events = calls.flatMap(({ input, ...rest }, index) => {
        const json = JSON.stringify(input, null, 1);
        const at = cut % (json.length + 1);
        const delta = (partial_json: string) => ({
          type: 'content_block_delta',
          index,
          delta: { type: 'input_json_delta', partial_json },
        });
        return [
          { type: 'content_block_start', index, content_block: { type: 'tool_use', ...rest, input: {} } },
          delta(''),
          delta(json.slice(0, at)),
          delta(json.slice(at)),
          { type: 'content_block_stop', index },
        ];
      });
      const streamed = fromStream(
        (async function* () {
          yield* events;
          yield { type: 'message_delta', delta: { stop_reason: 'tool_use' } };
          yield { type: 'message_stop' };
        })(),
      );
      expect(await foldStream(streamed)).toEqual(whole);
    }),
  );
});

it('a call that was cut at the maximum is given as far as it came', async () => {
  const streamed = fromStream(
    (async function* () {
      const block = { type: 'tool_use', id: 'a', name: 'look', input: {} };
      yield { type: 'content_block_start', index: 0, content_block: block };
      const delta = { type: 'input_json_delta', partial_json: '{"city":' };
      yield { type: 'content_block_delta', index: 0, delta };
      yield { type: 'content_block_stop', index: 0 };
      yield { type: 'message_delta', delta: { stop_reason: 'max_tokens' } };
      yield { type: 'message_stop' };
    })(),
  );
  expect(await foldStream(streamed)).toMatchObject({
    toolCalls: [{ id: 'a', name: 'look', arguments: '{"city":' }],
    finishReason: 'length',
  });
});

it('costs what the price list says', () => {
  const price = priceOf('anthropic', 'claude-opus-5-5');
  const { usage: reported } = fromWire(json('thinking-cached'), null);
  if (price === undefined || reported === undefined) throw new Error('unknown');
  // 100 x 4 + 2000 x 0.20 + 300 x 5 + 400 x 8 + 150 x 20 = 400 + 400 + 1500 + 3200 + 3000 USD per million
  expect(costNanoUsd(reported, price)).toBe(8_500_000);
});

describe('usage', () => {
  it('is merged by field, and a null takes nothing back', () => {
    const start = { input_tokens: 10, cache_read_input_tokens: 5, output_tokens: 1 };
    const delta = { input_tokens: null, cache_read_input_tokens: 6, output_tokens: 40 };
    expect(usageOf(mergeUsage(start, delta))).toEqual(
      usage({ inputTokens: 16, outputTokens: 40, cachedInputTokens: 6 }),
    );
  });

  it.each([[undefined], [null], ['x'], [{ input_tokens: 1.5, output_tokens: 1 }], [{ output_tokens: 1 }]])(
    '%j is unknown, not zero',
    (report) => {
      expect(usageOf(report)).toBeUndefined();
    },
  );

  it('of zeros is zero', () => {
    expect(usageOf({ input_tokens: 0, output_tokens: 0 })).toEqual(usage({}));
  });
});

describe('an answer that is not of the format', () => {
  it.each([['<html>'], [null], [{}], [{ content: 'x' }], [{ content: ['x'] }]])(
    '%j is malformed',
    (value) => {
      expect(() => fromWire(value, null)).toThrow(expect.objectContaining({ kind: 'malformed' }));
    },
  );

  it.each([
    ['x'],
    [null],
    [{ type: 'message_start' }],
    [{ type: 'content_block_delta', index: 0 }],
    [{ type: 'message_delta' }],
  ])('event %j is malformed', async (event) => {
    const events = fromStream(
      (async function* () {
        yield event;
      })(),
    );
    await expect(collect(events)).rejects.toMatchObject({ kind: 'malformed' });
  });
});

it('a stream that ends before message_stop was cut', async () => {
  const whole = readFixture(FIXTURES, 'max-tokens.sse').toString();
  const clean = Buffer.from(whole.slice(0, whole.indexOf('event: message_stop')));
  const ended = fromStream(
    Stream.fromSSEResponse<unknown>(streamedResponse(clean, [50]), new AbortController()),
  );
  await expect(collect(ended)).rejects.toMatchObject({ kind: 'connection' });
});

it('toWire: the system prompt has a field of its own, temperature has none', () => {
  const [model] = ANTHROPIC_MODELS;
  if (model === undefined) throw new Error('no models');
  expect(toWire(chatRequest(model, { system: 's', maxTokens: 7, temperature: 0.7 }))).toEqual({
    model: model.id,
    max_tokens: 7,
    system: 's',
    messages: [{ role: 'user', content: 'Hello' }],
    service_tier: 'standard_only',
  });
  expect(toWire(chatRequest(model))).not.toHaveProperty('system');
});

describe('toWire', () => {
  const [model] = ANTHROPIC_MODELS;
  if (model === undefined) throw new Error('no models');

  it('writes tools, their calls and results, images and the schema of the answer', () => {
    const parameters = { type: 'object', properties: { city: { type: 'string' } } };
    const schema = { type: 'object', properties: {}, required: [], additionalProperties: false };
    const { messages, ...rest } = toWire(
      chatRequest(model, {
        tools: [
          { name: 'look', description: 'Looks', parameters },
          { name: 'now', parameters },
        ],
        toolChoice: { name: 'now' },
        responseSchema: { name: 'answer', schema },
        messages: [
          {
            role: 'user',
            content: [
              { type: 'text', text: 'What is it?' },
              { type: 'image', mediaType: 'image/png', data: 'iVBORw0KGgo=' },
            ],
          },
          {
            role: 'assistant',
            content: '',
            toolCalls: [
              { id: 'c1', name: 'look', arguments: '{"at":[1,2.5]}' },
              { id: 'c2', name: 'now', arguments: '{}' },
            ],
          },
          { role: 'tool', toolCallId: 'c2', content: 'Noon' },
          { role: 'tool', toolCallId: 'c1', content: 'A cat' },
          { role: 'user', content: 'And?' },
          { role: 'assistant', content: 'Wait.', toolCalls: [{ id: 'c3', name: 'now', arguments: '{}' }] },
          { role: 'tool', toolCallId: 'c3', content: 'One' },
          { role: 'user', content: [{ type: 'text', text: 'So?' }] },
          { role: 'assistant', content: 'One.' },
          { role: 'user', content: 'Thanks' },
        ],
      }),
    );
    expect(messages).toEqual([
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is it?' },
          { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' } },
        ],
      },
      {
        role: 'assistant',
        content: [
          { type: 'tool_use', id: 'c1', name: 'look', input: { at: [1, 2.5] } },
          { type: 'tool_use', id: 'c2', name: 'now', input: {} },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'c2', content: 'Noon' },
          { type: 'tool_result', tool_use_id: 'c1', content: 'A cat' },
          { type: 'text', text: 'And?' },
        ],
      },
      {
        role: 'assistant',
        content: [
          { type: 'text', text: 'Wait.' },
          { type: 'tool_use', id: 'c3', name: 'now', input: {} },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'c3', content: 'One' },
          { type: 'text', text: 'So?' },
        ],
      },
      { role: 'assistant', content: 'One.' },
      { role: 'user', content: 'Thanks' },
    ]);
    expect(rest).toEqual({
      model: model.id,
      max_tokens: 1024,
      tools: [
        { name: 'look', description: 'Looks', input_schema: parameters },
        { name: 'now', input_schema: parameters },
      ],
      tool_choice: { type: 'tool', name: 'now' },
      output_config: { format: { type: 'json_schema', schema } },
      service_tier: 'standard_only',
    });
  });

  it.each([
    ['auto', 'auto'],
    ['none', 'none'],
    ['required', 'any'],
  ] as const)('writes the choice %s', (toolChoice, type) => {
    const tools = [{ name: 'now', parameters: { type: 'object' } }];
    expect(toWire(chatRequest(model, { tools, toolChoice })).tool_choice).toEqual({ type });
  });
});
