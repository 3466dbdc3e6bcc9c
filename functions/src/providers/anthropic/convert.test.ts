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
