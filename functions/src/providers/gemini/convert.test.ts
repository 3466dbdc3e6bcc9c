import { GoogleGenAI } from '@google/genai/web';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundNanoUsd, costNanoUsd } from '../../domain/pricing.ts';
import type { ChatResult } from '../contract.ts';
import { foldStream } from '../fold.ts';
import { priceOf } from '../prices.ts';
import { chatRequest, collect, readFixture, streamedResponse, summarize } from '../test-support.ts';
import { bound } from './bound.ts';
import { fromStream } from './from-stream.ts';
import { fromWire } from './from-wire.ts';
import { GEMINI_MODELS } from './models.ts';
import { toWire } from './to-wire.ts';
import { usageOf } from './usage.ts';

const FIXTURES = new URL('./fixtures/', import.meta.url);
const json = (name: string): unknown => JSON.parse(readFixture(FIXTURES, `${name}.json`).toString());
const [model] = GEMINI_MODELS;
if (model === undefined) throw new Error('no models');

/** The bytes of a stream, through the official SDK's own reader. */
async function* streamed(bytes: Uint8Array, sizes: readonly number[]) {
  const answer = async () => streamedResponse(bytes, sizes);
  const client = new GoogleGenAI({ apiKey: 'k', httpOptions: { fetch: answer } });
  yield* fromStream(await client.models.generateContentStream({ model: 'gemini-3.8-flash', contents: 'Hi' }));
}
const recorded = (name: string, sizes: readonly number[] = [4096]) =>
  streamed(readFixture(FIXTURES, `${name}.sse`), sizes);

const usage = (tokens: Partial<NonNullable<ChatResult['usage']>>) => ({
  inputTokens: 0,
  outputTokens: 0,
  cachedInputTokens: 0,
  cacheWriteInputTokens: 0,
  reasoningTokens: 0,
  ...tokens,
});

const GOLDEN: Record<string, ChatResult> = {
  'thoughts-cached': {
    content: 'Grüße, 世界 👩‍🚀! e\u0301 "quoted"\ndone',
    finishReason: 'stop',
    usage: usage({
      inputTokens: 250_000,
      outputTokens: 1000,
      cachedInputTokens: 100_000,
      reasoningTokens: 800,
    }),
    upstreamRequestId: 'kXQjaYb1Cq2zxs0P5a6X8QY',
  },
  'max-tokens': {
    content: 'One, two, three',
    finishReason: 'length',
    usage: usage({ inputTokens: 14, outputTokens: 6 }),
    upstreamRequestId: 'm3QjafKxGMbUxs0PqPqR4Ao',
  },
  'tool-calls': {
    content: 'Let me look.',
    toolCalls: [
      {
        id: 'f0q9z1ab',
        name: 'get_weather',
        arguments: '{"city":"Zürich","days":3}',
        signature: 'CvcBAePx/15HV29ya2luZw==',
      },
      { id: 'f0q9z1ac', name: 'get_time', arguments: '{}' },
    ],
    finishReason: 'tool_calls',
    usage: usage({ inputTokens: 403, outputTokens: 103, reasoningTokens: 32 }),
    upstreamRequestId: 'uXQjaZ3zJ9ivxN8PiqHf2Ac',
  },
  blocked: {
    content: '',
    finishReason: 'content_filter',
    usage: usage({ inputTokens: 81 }),
    upstreamRequestId: '0HQjadzQEoKjxs0PluGIqAE',
  },
  safety: {
    content: 'I can',
    finishReason: 'content_filter',
    usage: usage({ inputTokens: 30, outputTokens: 2 }),
    upstreamRequestId: '6HQjaYfUBcSsxs0P_9ik8QM',
  },
  empty: {
    content: '',
    finishReason: 'length',
    usage: usage({ inputTokens: 9, outputTokens: 61, reasoningTokens: 61 }),
    upstreamRequestId: '_nQjaYSwNsO0xs0PwvCS4AU',
  },
};

describe.each(Object.entries(GOLDEN))('%s', (name, golden) => {
  it('reads the answer', () => {
    expect(fromWire(json(name))).toEqual(golden);
  });

  it('folds the stream to the same answer', async () => {
    expect(await foldStream(recorded(name))).toEqual(golden);
  });
});

it('reads the same from a stream that is split anywhere, in the middle of a character too', async () => {
  const golden = GOLDEN['thoughts-cached'];
  expect(await foldStream(recorded('thoughts-cached', [1]))).toEqual(golden);
  const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(sizes, async (split) => {
      expect(await foldStream(recorded('thoughts-cached', split))).toEqual(golden);
    }),
    { numRuns: 40 },
  );
});

it('reports the input side at once and the final usage before the end', async () => {
  const { rest } = summarize(await collect(recorded('max-tokens')));
  expect(rest).toEqual([
    { type: 'start', upstreamRequestId: 'm3QjafKxGMbUxs0PqPqR4Ao' },
    { type: 'usage', usage: usage({ inputTokens: 14, outputTokens: 2 }), complete: false },
    { type: 'usage', usage: usage({ inputTokens: 14, outputTokens: 6 }), complete: true },
    { type: 'finish', finishReason: 'length' },
  ]);
});

describe('costs what the price list says', () => {
  const costOf = (name: string, modelId: string) => {
    const price = priceOf('gemini', modelId, new Date('2026-11-23T12:00:00Z'));
    const reported = GOLDEN[name]?.usage;
    if (price === undefined || reported === undefined) throw new Error('unknown');
    return costNanoUsd(reported, price);
  };

  it('beyond 200,000 tokens of input, cached and with thoughts', () => {
    // 150,000 x 4 + 100,000 x 0.40 + (200 + 800) x 18 = 600,000 + 40,000 + 18,000 USD per million
    expect(costOf('thoughts-cached', 'gemini-3.1-pro-preview')).toBe(658_000_000);
  });

  it('within them, with thoughts', () => {
    // 403 x 2 + (71 + 32) x 12 = 806 + 1236 USD per million
    expect(costOf('tool-calls', 'gemini-3.1-pro-preview')).toBe(2_042_000);
  });

  it('at the rates of the day', () => {
    // 403 x 0.75 + 103 x 3.75 = 302.25 + 386.25 USD per million
    expect(costOf('tool-calls', 'gemini-3.8-flash')).toBe(688_500);
  });
});

describe('usage', () => {
  it('counts what hosted tools give back as input', () => {
    const report = { promptTokenCount: 10, toolUsePromptTokenCount: 5, candidatesTokenCount: 2 };
    expect(usageOf(report)).toEqual(usage({ inputTokens: 15, outputTokens: 2 }));
  });

  it.each([[undefined], [null], ['x'], [{}], [{ promptTokenCount: 1.5 }], [{ candidatesTokenCount: 1 }]])(
    '%j is unknown, not zero',
    (report) => {
      expect(usageOf(report)).toBeUndefined();
    },
  );
});

describe('an answer that is not of the format', () => {
  it.each([['<html>'], [null], [{}], [{ candidates: 'x' }], [{ candidates: [{ content: {} }] }]])(
    '%j is malformed',
    (value) => {
      expect(() => fromWire(value)).toThrow(expect.objectContaining({ kind: 'malformed' }));
    },
  );
});

it('a call without an id gets one that no other answer has', () => {
  const part = { functionCall: { name: 'now' } };
  const response = {
    candidates: [{ content: { parts: [part, part] }, finishReason: 'STOP' }],
    responseId: 'abc',
  };
  expect(fromWire(response).toolCalls).toEqual([
    { id: 'call_abc_1', name: 'now', arguments: '{}' },
    { id: 'call_abc_2', name: 'now', arguments: '{}' },
  ]);
});

it.each([
  ['between two events', (whole: string) => whole.slice(0, whole.indexOf('\r\n\r\n') + 4)],
  ['in the middle of one', (whole: string) => whole.slice(0, -20)],
])('a stream that ends before its finish reason was cut: %s', async (_, cut) => {
  const bytes = Buffer.from(cut(readFixture(FIXTURES, 'max-tokens.sse').toString()));
  await expect(collect(streamed(bytes, [50]))).rejects.toMatchObject({ kind: 'connection' });
});

describe('toWire', () => {
  const tool = { name: 'now', description: 'The time', parameters: { type: 'object' } };

  it('has a field for the system prompt, and the settings in one object', () => {
    const asked = chatRequest(model, { system: 's', maxTokens: 7, temperature: 0.7 });
    expect(toWire(asked)).toEqual({
      systemInstruction: { parts: [{ text: 's' }] },
      contents: [{ role: 'user', parts: [{ text: 'Hello' }] }],
      generationConfig: { maxOutputTokens: 7, temperature: 0.7 },
    });
  });

  it('names the function that a result is of, and gives the signature back', () => {
    const call = { name: 'now', arguments: '{"in":"Bern"}' };
    const { contents } = toWire(
      chatRequest(model, {
        messages: [
          { role: 'user', content: [{ type: 'image', mediaType: 'image/png', data: 'aGk=' }] },
          {
            role: 'assistant',
            content: '',
            toolCalls: [
              { id: 'a', ...call, signature: 'sig' },
              { id: 'b', ...call },
            ],
          },
          { role: 'tool', toolCallId: 'a', content: '1' },
          { role: 'tool', toolCallId: 'b', content: '2' },
          { role: 'assistant', content: 'It is', toolCalls: [{ id: 'c', ...call }] },
          { role: 'tool', toolCallId: 'c', content: '3' },
        ],
      }),
    );
    const args = { in: 'Bern' };
    expect(contents).toEqual([
      { role: 'user', parts: [{ inlineData: { mimeType: 'image/png', data: 'aGk=' } }] },
      {
        role: 'model',
        parts: [
          { functionCall: { id: 'a', name: 'now', args }, thoughtSignature: 'sig' },
          { functionCall: { id: 'b', name: 'now', args } },
        ],
      },
      {
        role: 'user',
        parts: [
          { functionResponse: { id: 'a', name: 'now', response: { output: '1' } } },
          { functionResponse: { id: 'b', name: 'now', response: { output: '2' } } },
        ],
      },
      {
        role: 'model',
        parts: [
          { text: 'It is' },
          {
            functionCall: { id: 'c', name: 'now', args },
            // Nobody has given the signature of this one back.
            thoughtSignature: 'skip_thought_signature_validator',
          },
        ],
      },
      { role: 'user', parts: [{ functionResponse: { id: 'c', name: 'now', response: { output: '3' } } }] },
    ]);
  });

  it.each([
    ['auto', { mode: 'AUTO' }],
    ['none', { mode: 'NONE' }],
    ['required', { mode: 'ANY' }],
    [{ name: 'now' }, { mode: 'ANY', allowedFunctionNames: ['now'] }],
  ] as const)('offers tools, with the choice %j', (toolChoice, functionCallingConfig) => {
    expect(toWire(chatRequest(model, { tools: [tool], toolChoice }))).toMatchObject({
      tools: [
        {
          functionDeclarations: [
            { name: 'now', description: 'The time', parametersJsonSchema: { type: 'object' } },
          ],
        },
      ],
      toolConfig: { functionCallingConfig },
    });
  });

  it('asks for JSON of a schema', () => {
    const responseSchema = { name: 'answer', schema: { type: 'object' } };
    expect(toWire(chatRequest(model, { responseSchema })).generationConfig).toMatchObject({
      responseMimeType: 'application/json',
      responseJsonSchema: { type: 'object' },
    });
  });
});

describe('bound', () => {
  const image = { type: 'image' as const, mediaType: 'image/png', data: 'A'.repeat(400_000) };
  const withImages = (count: number) =>
    bound(chatRequest(model, { messages: [{ role: 'user', content: Array(count).fill(image) }] }));

  it('counts an image as its documented maximum, not as its bytes', () => {
    const tokens = withImages(2).inputTokens - withImages(1).inputTokens;
    expect(tokens).toBeGreaterThanOrEqual(1120);
    expect(tokens).toBeLessThan(1300);
  });

  it('is at the long context’s rates as soon as the input may be that long', () => {
    const price = priceOf('gemini', 'gemini-3.1-pro-preview');
    if (price === undefined) throw new Error('no price');
    const holding = (bytes: number) => {
      const messages = [{ role: 'user' as const, content: 'x'.repeat(bytes) }];
      const held = bound(chatRequest(model, { messages, maxTokens: 1000 }));
      return { nanoUsd: boundNanoUsd(held, price), ...held };
    };
    const short = holding(100_000);
    expect(short.nanoUsd).toBe(short.inputTokens * 2000 + 1000 * 12_000);
    const long = holding(200_000);
    expect(long.nanoUsd).toBe(long.inputTokens * 4000 + 1000 * 18_000);
  });
});
