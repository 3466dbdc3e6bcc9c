import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundNanoUsd, costNanoUsd } from '../../domain/pricing.ts';
import type { Model } from '../contract.ts';
import { IMAGE_QUALITIES, type ImageRequest } from '../images.ts';
import { priceOf } from '../prices.ts';
import { imageRequestBound, imagesBound, imagesMeter, imageUsageOf } from './images-endpoint.ts';
import { OPENAI_MODELS } from './models.ts';

const MODELS = OPENAI_MODELS.filter(({ capabilities }) => capabilities.includes('images'));
const model = MODELS[0] as Model;
const USAGE = {
  input_tokens: 521,
  input_tokens_details: { text_tokens: 9, image_tokens: 512 },
  output_tokens: 196,
  total_tokens: 717,
};

describe('the bound of a body', () => {
  const bound = (fields: object) => {
    const body = { model: model.id, prompt: 'A boat', size: '1024x1024', quality: 'low', ...fields };
    return imagesBound(body, JSON.stringify(body), model);
  };

  it('is of each picture, and of each unfinished one', () => {
    expect(bound({}).outputTokens).toBe(196);
    expect(bound({ n: 3 }).outputTokens).toBe(3 * 196);
    expect(bound({ partial_images: 2 }).outputTokens).toBe(396);
    expect(bound({ quality: null, size: null }).outputTokens).toBe(23_719);
  });

  it('counts no fewer input tokens than bytes, normalised ones too', () => {
    // A ligature whose NFKC form has eighteen letters.
    const prompt = '\ufdfa'.repeat(100);
    expect(bound({ prompt }).inputTokens).toBeGreaterThanOrEqual(Buffer.byteLength(prompt.normalize('NFKC')));
  });

  it.each([
    ['output_format', { output_format: 'gif' }],
    ['output_format', { output_format: 'svg' }],
    ['svg', { svg: { model: 'gpt-6-sol' } }],
    ['frame_count', { frame_count: 4 }],
    ['complexity', { complexity: 'low' }],
    [undefined, { output_format: 'webp', complexity: null }],
  ])('has no price for %s', (unpriced, fields) => {
    expect(bound(fields).unpriced).toBe(unpriced);
  });
});

it('no request of ours costs more than its bound, whatever the model makes of it', () => {
  const requests = fc.record({
    model: fc.constantFrom(...MODELS),
    prompt: fc.string({ minLength: 1, unit: 'binary', maxLength: 300 }),
    n: fc.integer({ min: 1, max: 10 }),
    size: fc.oneof(
      fc.constantFrom('auto', '1024x1024', '1536x1024', '3840x2160'),
      fc
        .tuple(fc.integer({ min: 16, max: 240 }), fc.integer({ min: 16, max: 135 }))
        .map(([w, h]) => `${w * 16}x${h * 16}`),
    ),
    quality: fc.constantFrom(...IMAGE_QUALITIES),
    partialImages: fc.integer({ min: 0, max: 3 }),
    pictures: fc.integer({ min: 0, max: 4 }),
  });
  fc.assert(
    fc.property(requests, fc.double({ min: 0, max: 1, noNaN: true }), (asked, share) => {
      const image = { bytes: new Uint8Array(), mediaType: 'image/png', name: 'a', width: 4000, height: 4000 };
      const request: ImageRequest = {
        ...asked,
        background: 'auto',
        format: 'png',
        images: Array.from({ length: asked.pictures }, () => image),
      };
      const bound = imageRequestBound(request);
      const price = priceOf('openai', asked.model.id);
      if (!price) throw new Error('no price');
      const inputTokens = Math.floor(bound.inputTokens * share);
      const usage = {
        inputTokens,
        // All of it pictures, the dearer kind.
        imageInputTokens: inputTokens,
        outputTokens: bound.outputTokens,
        cachedInputTokens: 0,
        cacheWriteInputTokens: 0,
        reasoningTokens: 0,
      };
      expect(costNanoUsd(usage, price)).toBeLessThanOrEqual(boundNanoUsd(bound, price));
      // A picture of 4000 pixels a side is 125 x 125 patches.
      expect(bound.inputTokens).toBeGreaterThanOrEqual(asked.pictures * 125 * 125 * 2.46);
    }),
  );
});

describe('the meter', () => {
  it('reads a whole answer', () => {
    const meter = imagesMeter();
    meter.answer({ data: [{ b64_json: 'AA' }, { b64_json: 'AA' }], usage: USAGE }, 100);
    expect(meter.reading()).toMatchObject({
      usage: { inputTokens: 521, imageInputTokens: 512, outputTokens: 196 },
      usageComplete: true,
      finishReason: 'stop',
      seenBytes: 0,
      units: { images: 2 },
    });
  });

  it('reads a stream; unfinished pictures say nothing of what they cost', () => {
    const meter = imagesMeter();
    expect(meter.event('{"type":"image_generation.partial_image","b64_json":"AAAA"}')).toBe('content');
    expect(meter.reading()).toEqual({
      usage: undefined,
      usageComplete: false,
      finishReason: undefined,
      seenBytes: 0,
    });
    const completed = { type: 'image_generation.completed', b64_json: 'AA', usage: USAGE };
    expect(meter.event(JSON.stringify(completed))).toBe('end');
    expect(meter.reading()).toMatchObject({
      usageComplete: true,
      finishReason: 'stop',
      units: { images: 1 },
    });
  });

  it('takes what is not of its format for nothing, and knows an error', () => {
    const meter = imagesMeter();
    for (const data of ['', 'x', '7', 'null', '[]', '{"type":7}', '{"type":"response.created"}']) {
      expect(meter.event(data)).toBe('other');
    }
    meter.answer('text', 4);
    expect(meter.reading()).toMatchObject({ usage: undefined, usageComplete: false });
    expect(imagesMeter().event('{"error":{"message":"x"}}')).toBe('error');
    expect(imagesMeter().event('{"type":"error"}')).toBe('error');
  });

  it.each([
    undefined,
    {},
    { input_tokens: 1 },
    { input_tokens: -1, output_tokens: 1 },
    { input_tokens: '1', output_tokens: 1 },
  ])('takes no usage from %j', (report) => {
    expect(imageUsageOf(report)).toBeUndefined();
  });
});
