import fc from 'fast-check';
import { Stream } from 'openai/streaming';
import { describe, expect, it } from 'vitest';
import { costNanoUsd } from '../../domain/pricing.ts';
import type { ChatResult } from '../contract.ts';
import { foldStream } from '../fold.ts';
import { priceOf } from '../prices.ts';
import { chatRequest, collect, readFixture, streamedResponse, summarize } from '../test-support.ts';
import { fromStream } from './from-stream.ts';
import { fromWire } from './from-wire.ts';
import { OPENAI_MODELS } from './models.ts';
import { toWire } from './to-wire.ts';

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
  'reasoning-cached': {
    content: 'Grüße, 世界 👩‍🚀! e\u0301 "quoted"\ndone',
    finishReason: 'stop',
    usage: usage({
      inputTokens: 2400,
      outputTokens: 150,
      cachedInputTokens: 2000,
      cacheWriteInputTokens: 300,
      reasoningTokens: 128,
    }),
  },
  length: {
    content: 'One, two, three',
    finishReason: 'length',
    usage: usage({ inputTokens: 14, outputTokens: 6 }),
  },
  refusal: {
    content: "I'm sorry, I can't help with that.",
    finishReason: 'content_filter',
    usage: usage({ inputTokens: 81, outputTokens: 11 }),
  },
  'tool-calls': {
    content: '',
    toolCalls: [
      {
        id: 'call_9JmQ2rS7cZkV0wXn4bTfYp1L',
        name: 'get_weather',
        arguments: '{"city":"Zürich","days":[1,2]}',
      },
      { id: 'call_Vb3XkD8sQ1nH6rLz5mWcTj2P', name: 'now', arguments: '{}' },
    ],
    finishReason: 'tool_calls',
    usage: usage({ inputTokens: 96, outputTokens: 52 }),
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
  const golden = GOLDEN['reasoning-cached'];
  expect(await foldStream(recorded('reasoning-cached', [1]))).toEqual(golden);
  const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(sizes, async (split) => {
      expect(await foldStream(recorded('reasoning-cached', split))).toEqual(golden);
    }),
    { numRuns: 40 },
  );
});

it('tells of a tool call as it comes, and gives it when it is whole', async () => {
  const { rest } = summarize(await collect(recorded('tool-calls')));
  const bytes = rest.map((event) => (event.type === 'toolCallDelta' ? event.bytes : 0));
  expect(bytes.reduce((sum, each) => sum + each)).toBe(Buffer.byteLength('{"city":"Zürich","days":[1,2]}{}'));
  expect(rest.map(({ type }) => type).slice(-4)).toEqual(['usage', 'toolCall', 'toolCall', 'finish']);
});

describe('a stream of tool calls folds to the whole answer', () => {
  const text = fc.string({ unit: 'binary', maxLength: 30 });
  const call = fc.record({
    id: fc.uuid(),
    name: fc.stringMatching(/^[a-z]{1,9}$/),
    input: fc.dictionary(text, text),
  });

  /** The chunks of the calls, each cut anywhere, all mixed. */
  function chunksOf(calls: readonly { id: string; name: string; input: object }[], cuts: readonly number[]) {
    const pieces = calls.map(({ id, name, input }, index) => {
      const json = JSON.stringify(input);
      const at = (cuts[index] ?? 0) % (json.length + 1);
      return [
        { index, id, type: 'function', function: { name, arguments: '' } },
        { index, function: { arguments: json.slice(0, at) } },
        { index, function: { arguments: '' } },
        { index, function: { arguments: json.slice(at) } },
      ];
    });
    const mixed = [0, 1, 2, 3].flatMap((step) => pieces.map((each) => each[step]));
    return [
      ...mixed.map((piece) => ({ choices: [{ delta: { tool_calls: [piece] }, finish_reason: null }] })),
      { choices: [{ delta: {}, finish_reason: 'tool_calls' }] },
    ];
  }

  it('whatever they hold and however they are cut', async () => {
    const calls = fc.array(call, { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(calls, fc.array(fc.nat(), { minLength: 4, maxLength: 4 }), async (given, cuts) => {
        const tool_calls = given.map(({ id, name, input }) => ({
          id,
          type: 'function',
          function: { name, arguments: JSON.stringify(input) },
        }));
        const choices = [{ message: { content: null, tool_calls }, finish_reason: 'tool_calls' }];
        const streamed = fromStream(
          (async function* () {
            yield* chunksOf(given, cuts);
          })(),
        );
        expect(await foldStream(streamed)).toEqual(fromWire({ choices }, null));
      }),
    );
  });
});

it('a call of no arguments has none', () => {
  const message = {
    tool_calls: [
      { id: 'a', function: { name: 'now', arguments: '' } },
      { id: 'b', custom: {} },
    ],
  };
  const answer = { choices: [{ message, finish_reason: 'tool_calls' }] };
  expect(fromWire(answer, null).toolCalls).toEqual([{ id: 'a', name: 'now', arguments: '{}' }]);
});

it('tells usage that is on its way from the final one', async () => {
  const { text, rest } = summarize(await collect(recorded('continuous-usage')));
  expect(text).toBe('Hello');
  expect(rest).toEqual([
    { type: 'usage', usage: usage({ inputTokens: 7 }), complete: false },
    { type: 'usage', usage: usage({ inputTokens: 7, outputTokens: 1 }), complete: false },
    { type: 'usage', usage: usage({ inputTokens: 7, outputTokens: 2 }), complete: true },
    { type: 'finish', finishReason: 'stop' },
  ]);
});

it('costs what the price list says', () => {
  const price = priceOf('openai', 'gpt-5.6-sol', new Date('2026-11-23T00:00:00Z'));
  const { usage: reported } = fromWire(json('reasoning-cached'), null);
  if (price === undefined || reported === undefined) throw new Error('unknown');
  // 100 x 4 + 2000 x 0.40 + 300 x 5 + 150 x 20 = 400 + 800 + 1500 + 3000 USD per million
  expect(costNanoUsd(reported, price)).toBe(5_700_000);
});

describe('an answer that is not of the format', () => {
  const choice = { index: 0, message: { content: 'x' }, finish_reason: 'stop' };

  it.each([['<html>'], [null], [[]], [{}], [{ choices: [] }], [{ choices: ['x'] }], [{ choices: [{}] }]])(
    '%j is malformed',
    async (value) => {
      expect(() => fromWire(value, null)).toThrow(expect.objectContaining({ kind: 'malformed' }));
    },
  );

  it.each([['x'], [null], [{ choices: 'x' }], [{ choices: ['x'] }]])(
    'chunk %j is malformed',
    async (chunk) => {
      const chunks = fromStream(
        (async function* () {
          yield chunk;
        })(),
      );
      await expect(collect(chunks)).rejects.toMatchObject({ kind: 'malformed' });
    },
  );

  it.each([
    [undefined],
    [null],
    ['x'],
    [{ prompt_tokens: -1, completion_tokens: 1 }],
    [{ prompt_tokens: 1 }],
  ])('usage %j is unknown, not zero', (report) => {
    expect(fromWire({ choices: [choice], usage: report }, null).usage).toBeUndefined();
  });

  it('reported zeros are zeros', () => {
    const report = { prompt_tokens: 0, completion_tokens: 0 };
    expect(fromWire({ choices: [choice], usage: report }, null).usage).toEqual(usage({}));
  });

  it('an unknown finish reason is unknown', () => {
    const odd = { choices: [{ ...choice, finish_reason: 'tired' }] };
    expect(fromWire(odd, 'req_1')).toMatchObject({ finishReason: 'unknown', upstreamRequestId: 'req_1' });
  });
});

it('a stream that ends before its finish reason was cut', async () => {
  const whole = readFixture(FIXTURES, 'length.sse').toString();
  const cut = Buffer.from(whole.split('\n\n').slice(0, 2).join('\n\n').concat('\n\n'));
  const ended = fromStream(
    Stream.fromSSEResponse<unknown>(streamedResponse(cut, [50]), new AbortController()),
  );
  await expect(collect(ended)).rejects.toMatchObject({ kind: 'connection' });
});

describe('toWire', () => {
  const [reasoning] = OPENAI_MODELS;
  const classic = OPENAI_MODELS.find(({ id }) => id === 'gpt-4o-mini');
  if (reasoning === undefined || classic === undefined) throw new Error('no models');

  it('writes the system prompt first and the maximum as max_completion_tokens', () => {
    const messages = [
      { role: 'user' as const, content: 'a' },
      { role: 'assistant' as const, content: 'b' },
      { role: 'user' as const, content: 'c' },
    ];
    expect(toWire(chatRequest(classic, { system: 's', messages, maxTokens: 7, temperature: 0 }))).toEqual({
      model: 'gpt-4o-mini',
      messages: [{ role: 'system', content: 's' }, ...messages],
      max_completion_tokens: 7,
      temperature: 0,
    });
  });

  it('writes tools, their calls and results, images and the schema of the answer', () => {
    const parameters = { type: 'object', properties: { city: { type: 'string' } } };
    const schema = { type: 'object', properties: {}, required: [], additionalProperties: false };
    const { messages, ...rest } = toWire(
      chatRequest(classic, {
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
            toolCalls: [{ id: 'c1', name: 'look', arguments: '{"at":1.50}' }],
          },
          { role: 'tool', toolCallId: 'c1', content: 'A cat' },
          {
            role: 'assistant',
            content: 'A cat.',
            toolCalls: [{ id: 'c2', name: 'now', arguments: '{}', signature: 's' }],
          },
          { role: 'tool', toolCallId: 'c2', content: '' },
        ],
      }),
    );
    expect(messages).toEqual([
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is it?' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } },
        ],
      },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'c1', type: 'function', function: { name: 'look', arguments: '{"at":1.50}' } }],
      },
      { role: 'tool', tool_call_id: 'c1', content: 'A cat' },
      {
        role: 'assistant',
        content: 'A cat.',
        tool_calls: [{ id: 'c2', type: 'function', function: { name: 'now', arguments: '{}' } }],
      },
      { role: 'tool', tool_call_id: 'c2', content: '' },
    ]);
    expect(rest).toEqual({
      model: 'gpt-4o-mini',
      max_completion_tokens: 1024,
      tools: [
        { type: 'function', function: { name: 'look', description: 'Looks', parameters } },
        { type: 'function', function: { name: 'now', parameters } },
      ],
      tool_choice: { type: 'function', function: { name: 'now' } },
      response_format: { type: 'json_schema', json_schema: { name: 'answer', schema, strict: true } },
    });
  });

  it.each(['auto', 'none', 'required'] as const)('writes the choice %s', (toolChoice) => {
    const tools = [{ name: 'now', parameters: { type: 'object' } }];
    expect(toWire(chatRequest(classic, { tools, toolChoice })).tool_choice).toBe(toolChoice);
  });

  it('writes nothing that was not asked for', () => {
    expect(Object.keys(toWire(chatRequest(reasoning)))).toEqual([
      'model',
      'messages',
      'max_completion_tokens',
    ]);
  });

  it('adds what the dialect needs', () => {
    expect(toWire(chatRequest(reasoning), { service_tier: 'default' })).toMatchObject({
      service_tier: 'default',
    });
  });
});
