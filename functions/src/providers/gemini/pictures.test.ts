import { describe, expect, it } from 'vitest';
import { boundNanoUsd, costNanoUsd } from '../../domain/pricing.ts';
import type { ImageRequest } from '../images.ts';
import { priceOf } from '../prices.ts';
import { contentBound, pictureBound } from './content-bound.ts';
import { geminiImages } from './images.ts';
import { GEMINI_MODELS } from './models.ts';
import { imageConfigOf, sizesOf } from './picture-sizes.ts';
import {
  MOST_PICTURES,
  MOST_TOKENS,
  pictureBody,
  pictureIn,
  pictureMeter,
  pictureUsageOf,
} from './pictures.ts';

const PICTURE_MODELS = GEMINI_MODELS.filter(({ capabilities }) => capabilities.includes('images'));
const modelOf = (id: string) => {
  const model = GEMINI_MODELS.find((each) => each.id === id);
  if (!model) throw new Error(id);
  return model;
};
const NANO = modelOf('gemini-nano-banana-2.1');
const image = { bytes: new Uint8Array(9), mediaType: 'image/png', name: 'a.png', width: 5000, height: 5000 };
const asked = (fields: Partial<ImageRequest> = {}): ImageRequest => ({
  model: NANO,
  prompt: 'A boat',
  n: 1,
  size: 'auto',
  quality: 'auto',
  background: 'auto',
  format: 'png',
  images: [],
  ...fields,
});
const maker = geminiImages('gemini', () => Promise.reject(new Error('no call is made')));

describe('sizes', () => {
  it.each([
    ['gemini-nano-banana-2.1', '1024x1024', { imageConfig: { aspectRatio: '1:1' } }],
    ['gemini-nano-banana-2.1', '2752x1536', { imageConfig: { aspectRatio: '16:9', imageSize: '2K' } }],
    ['gemini-nano-banana-2.1', '1536x12288', { imageConfig: { aspectRatio: '1:8', imageSize: '4K' } }],
    ['gemini-3-pro-image', '4096x4096', { imageConfig: { aspectRatio: '1:1', imageSize: '4K' } }],
    ['gemini-3.1-flash-lite-image', '768x1376', { imageConfig: { aspectRatio: '9:16' } }],
    ['gemini-3-pro-image', 'auto', {}],
    ['gemini-3-pro-image', '384x3072', undefined],
    ['gemini-3.1-flash-lite-image', '2048x2048', undefined],
    ['gemini-nano-banana-2.1', '1536x1024', undefined],
  ])('%s at %s', (model, size, config) => {
    expect(imageConfigOf(model, size)).toEqual(config);
  });

  it('are known of each picture model', () => {
    expect(PICTURE_MODELS).toHaveLength(3);
    for (const { id } of PICTURE_MODELS) expect(sizesOf(id)).toMatch(/^auto, 1024x1024, /);
  });
});

describe('what they can’t be sent', () => {
  it.each<[string, Partial<ImageRequest>]>([
    ['n', { n: 2 }],
    ['size', { size: '1536x1024' }],
    ['quality', { quality: 'high' }],
    ['background', { background: 'transparent' }],
    ['compression', { format: 'jpeg', compression: 50 }],
    ['images', { images: Array.from({ length: MOST_PICTURES + 1 }, () => image) }],
    ['mask', { images: [image], mask: image }],
  ])('is named: %s', (field, fields) => {
    expect(maker.unable?.(asked(fields))).toMatchObject({ field });
  });

  it.each<Partial<ImageRequest>>([
    {},
    { size: '1376x768', background: 'opaque', format: 'webp', partialImages: 2 },
    { images: Array.from({ length: MOST_PICTURES }, () => image) },
  ])('is nothing else: %#', (fields) => {
    expect(maker.unable?.(asked(fields))).toBeUndefined();
  });
});

describe('the bound', () => {
  it('is the bytes of what goes out, each picture at its maximum, and the maximum that goes out', () => {
    const prompt = 'Héllo';
    const text = JSON.stringify(pictureBody({ prompt }));
    expect(maker.bound(asked({ prompt }))).toEqual({
      inputTokens: Buffer.byteLength(text),
      outputTokens: MOST_TOKENS,
      cacheWrites: 'none',
    });
    const given = maker.bound(asked({ prompt, images: [image, image] })).inputTokens;
    expect(given).toBeGreaterThanOrEqual(Buffer.byteLength(text) + 2 * 1120);
    const large = { ...image, bytes: new Uint8Array(1_000_000) };
    expect(maker.bound(asked({ prompt, images: [large, large] })).inputTokens).toBe(given);
  });

  it('of a chat is not one of a picture', () => {
    const body = pictureBody({ prompt: 'x' });
    const text = JSON.stringify(body);
    expect(contentBound(body, text).unpriced).toBe('generationConfig.responseModalities');
    expect(pictureBound(body, text).unpriced).toBeUndefined();
    const talking = { ...body, generationConfig: { responseModalities: ['IMAGE', 'AUDIO'] } };
    expect(pictureBound(talking, text).unpriced).toBe('generationConfig.responseModalities');
  });

  it('is at the dearer rate of the two that apply, so that no picture and no thought costs more', () => {
    for (const { id } of PICTURE_MODELS) {
      const price = priceOf('gemini', id);
      if (!price) throw new Error(`no price of ${id}`);
      const { inputTokens, outputTokens } = maker.bound(asked({ model: modelOf(id) }));
      const held = boundNanoUsd({ inputTokens, outputTokens, cacheWrites: 'none' }, price);
      for (const imageOutputTokens of [0, 1120, outputTokens]) {
        const usage = {
          inputTokens,
          outputTokens,
          imageOutputTokens,
          cachedInputTokens: 0,
          cacheWriteInputTokens: 0,
          reasoningTokens: outputTokens - imageOutputTokens,
        };
        expect(costNanoUsd(usage, price)).toBeLessThanOrEqual(held);
      }
    }
  });
});

describe('an answer', () => {
  const part = (data: string, thought?: boolean) => ({
    inlineData: { mimeType: 'image/jpeg', data },
    ...(thought && { thought }),
  });
  const response = (parts: object[], usageMetadata: object | undefined = USAGE) => ({
    candidates: [{ content: { parts }, finishReason: 'STOP' }],
    ...(usageMetadata && { usageMetadata }),
  });
  const USAGE = {
    promptTokenCount: 1130,
    candidatesTokenCount: 1130,
    thoughtsTokenCount: 300,
    promptTokensDetails: [
      { modality: 'TEXT', tokenCount: 10 },
      { modality: 'IMAGE', tokenCount: 1120 },
    ],
    candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: 1120 }],
  };

  it.each<[string, object[], string | undefined]>([
    ['one', [part('QQ==')], 'QQ=='],
    ['the last, drafts before it', [part('QQ=='), { text: 'Here' }, part('Qg==')], 'Qg=='],
    ['none that was a thought', [part('QQ=='), part('Qg==', true)], 'QQ=='],
    ['none', [{ text: 'I can’t.' }], undefined],
    ['none that is empty', [part('')], undefined],
    ['no sound', [{ inlineData: { mimeType: 'audio/wav', data: 'QQ==' } }], undefined],
  ])('has its picture: %s', (_, parts, data) => {
    expect(pictureIn(response(parts))).toBe(data);
  });

  it('is paid for by what was a picture and what was not', () => {
    const usage = pictureUsageOf(USAGE);
    expect(usage).toEqual({
      inputTokens: 1130,
      imageInputTokens: 1120,
      outputTokens: 1430,
      imageOutputTokens: 1120,
      reasoningTokens: 300,
      cachedInputTokens: 0,
      cacheWriteInputTokens: 0,
    });
    const price = priceOf('gemini', 'gemini-nano-banana-2.1');
    if (!usage || !price) throw new Error('no price');
    // 1,130 x 1,500 + 310 x 7,500 + 1,120 x 30,000
    expect(costNanoUsd(usage, price)).toBe(37_620_000);
  });

  it('that does not tell what it made has made a picture: that is dearer', () => {
    const { candidatesTokensDetails: _, ...untold } = USAGE;
    expect(pictureUsageOf(untold)).toMatchObject({ outputTokens: 1430, imageOutputTokens: 1130 });
  });

  it('is metered, with its picture', () => {
    const meter = pictureMeter();
    meter.answer(response([part('QQ==')]), 9);
    expect(meter.reading()).toMatchObject({
      usage: { outputTokens: 1430 },
      usageComplete: true,
      finishReason: 'stop',
      units: { images: 1 },
      seenBytes: 0,
    });
  });

  it('without a report is known to be unknown, and nothing is taken for an answer that is none', () => {
    const meter = pictureMeter();
    meter.answer(response([part('QQ==')], {}), 9);
    expect(meter.reading()).toMatchObject({ usage: undefined, usageComplete: false, seenBytes: 0 });
    const other = pictureMeter();
    other.answer('text', 4);
    expect(other.reading()).toMatchObject({ usage: undefined, finishReason: undefined });
    expect(['x', '{"error":{}}', '{}'].map(other.event)).toEqual(['other', 'error', 'other']);
  });
});
