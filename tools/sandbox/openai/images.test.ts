import { toFile } from 'openai';
import type { ImagesResponse } from 'openai/resources/images';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { collect, rejection, useSandbox } from '../testing.ts';

const { sandbox, openai } = useSandbox();
const base = { model: 'gpt-image-2.5-flare', prompt: 'A lighthouse at dusk' } as const;

const bytesOf = ({ data = [] }: ImagesResponse, nth = 0) => Buffer.from(data[nth]?.b64_json ?? '', 'base64');

describe('pictures from words', () => {
  it.each(['png', 'jpeg', 'webp'] as const)('are real ones, of the size asked for: %s', async (format) => {
    const answer = await openai().images.generate({ ...base, size: '1536x1024', output_format: format });
    const { width, height, format: found } = await sharp(bytesOf(answer)).metadata();
    expect({ width, height, found }).toEqual({ width: 1536, height: 1024, found: format });
    expect(answer).toMatchObject({ size: '1536x1024', output_format: format });
  });

  it('depend on the prompt alone, and each of several is another', async () => {
    const [one, again] = await Promise.all([1, 2].map(() => openai().images.generate({ ...base, n: 2 })));
    if (!one || !again) throw new Error('no answers');
    expect(bytesOf(one).equals(bytesOf(again))).toBe(true);
    expect(bytesOf(one).equals(bytesOf(one, 1))).toBe(false);
  });

  it('report their tokens', async () => {
    const { usage } = await openai().images.generate({ ...base, quality: 'low', size: '1024x1024', n: 3 });
    // 20 bytes are 5 tokens, and 4 of the format; a picture of 196.
    expect(usage).toEqual({
      input_tokens: 9,
      input_tokens_details: { text_tokens: 9, image_tokens: 0 },
      output_tokens: 588,
      total_tokens: 597,
    });
  });

  it('can be transparent', async () => {
    const answer = await openai().images.generate({ ...base, background: 'transparent' });
    const { data } = await sharp(bytesOf(answer)).raw().toBuffer({ resolveWithObject: true });
    expect(data[3]).toBe(0);
  });
});

it('a stream is its unfinished pictures and the finished one', async () => {
  const stream = await openai().images.generate({
    ...base,
    stream: true,
    partial_images: 2,
    quality: 'low',
    size: '1024x1024',
  });
  const events = await collect(stream);
  expect(events.map(({ type }) => type)).toEqual([
    'image_generation.partial_image',
    'image_generation.partial_image',
    'image_generation.completed',
  ]);
  expect(events.at(-1)).toMatchObject({ usage: { output_tokens: 396 } });
  const whole = await openai().images.generate({ ...base, quality: 'low', size: '1024x1024' });
  expect(events.at(-1)?.b64_json).toBe(whole.data?.[0]?.b64_json);
  expect(new Set(events.map(({ b64_json }) => b64_json)).size).toBe(3);
});

describe('edits', () => {
  const blue = () =>
    sharp({ create: { width: 64, height: 64, channels: 3, background: '#0000ff' } })
      .png()
      .toBuffer();
  /** Transparent on its right half. */
  const mask = async () => {
    const pixels = Buffer.alloc(64 * 64 * 4, 255);
    for (let at = 0; at < 64 * 64; at += 1) if (at % 64 >= 32) pixels[at * 4 + 3] = 0;
    return sharp(pixels, { raw: { width: 64, height: 64, channels: 4 } })
      .png()
      .toBuffer();
  };
  const png = (bytes: Buffer) => toFile(bytes, 'a.png', { type: 'image/png' });

  it('change what the mask lets through, and keep the rest', async () => {
    const answer = await openai().images.edit({
      ...base,
      image: await png(await blue()),
      mask: await png(await mask()),
      size: '1024x1024',
    });
    const { data, info } = await sharp(bytesOf(answer)).raw().toBuffer({ resolveWithObject: true });
    const at = (x: number, y: number) => [
      ...data.subarray((y * info.width + x) * info.channels).subarray(0, 3),
    ];
    expect(at(200, 512)).toEqual([0, 0, 255]);
    expect(at(900, 512)).not.toEqual([0, 0, 255]);
    expect(answer.usage?.input_tokens_details).toEqual({ text_tokens: 9, image_tokens: 512 });
    const [request] = sandbox.recorder.list();
    expect(JSON.parse(JSON.stringify(request?.body))).toMatchObject({
      prompt: base.prompt,
      mask: { file: 'a.png', type: 'image/png' },
    });
  });

  it('take several pictures, and stream', async () => {
    const image = [await png(await blue()), await png(await blue())];
    const events = await collect(
      await openai().images.edit({ ...base, image, stream: true, partial_images: 1 }),
    );
    expect(events.map(({ type }) => type)).toEqual(['image_edit.partial_image', 'image_edit.completed']);
  });

  it('refuse what is no picture, and a mask that does not fit', async () => {
    const text = await toFile(Buffer.from('words'), 'a.png', { type: 'image/png' });
    expect(await rejection(openai().images.edit({ ...base, image: text }))).toMatchObject({ status: 400 });
    const small = await sharp(await mask())
      .resize(8, 8)
      .png()
      .toBuffer();
    const call = openai().images.edit({ ...base, image: await png(await blue()), mask: await png(small) });
    expect(await rejection(call)).toMatchObject({ status: 400, param: 'mask' });
  });
});

describe('what it refuses', () => {
  it.each<[string, object, object]>([
    ['a retired model', { model: 'dall-e-3' }, { status: 404, code: 'model_not_found' }],
    ['a chat model', { model: 'gpt-4o' }, { status: 400, param: 'model' }],
    ['no prompt', { prompt: '' }, { status: 400, param: 'prompt' }],
    ['eleven pictures', { n: 11 }, { status: 400, param: 'n' }],
    ['a crooked size', { size: '1000x1000' }, { status: 400, param: 'size' }],
    ['a size too large', { size: '3840x3840' }, { status: 400, param: 'size' }],
    [
      'a quality of later models',
      { model: 'gpt-image-2', quality: 'max' },
      { status: 400, param: 'quality' },
    ],
    [
      'a transparent JPEG',
      { background: 'transparent', output_format: 'jpeg' },
      { status: 400, param: 'background' },
    ],
    ['a compressed PNG', { output_compression: 50 }, { status: 400, param: 'output_compression' }],
    ['unfinished ones without a stream', { partial_images: 1 }, { status: 400, param: 'partial_images' }],
    ['a field that it has not', { style: 'vivid' }, { status: 400, param: 'style' }],
  ])('%s', async (_, fields, expected) => {
    const call = openai().post('/images/generations', { body: { ...base, ...fields } });
    expect(await rejection(call)).toMatchObject(expected);
  });

  it('variations, which are retired', async () => {
    expect(await rejection(openai().post('/images/variations', { body: {} }))).toMatchObject({ status: 404 });
  });
});

it('meets faults as every other call does', async () => {
  sandbox.faults.add({ kind: 'rate_limit' });
  expect(await rejection(openai().images.generate(base))).toMatchObject({ status: 429 });
  sandbox.faults.add({ kind: 'cut', afterEvents: 1 });
  const stream = await openai().images.generate({ ...base, stream: true, partial_images: 3 });
  await rejection(collect(stream));
});
