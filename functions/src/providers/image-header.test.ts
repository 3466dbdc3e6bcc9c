import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { imageHeader } from './image-header.ts';

const drawn = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#369' } });
const of = (bytes: Uint8Array) => imageHeader(Buffer.from(bytes).toString('base64'));

describe.each([
  [1, 1],
  [640, 480],
  [300, 4097],
])('%i x %i', (width, height) => {
  it.each([
    ['image/png', () => drawn(width, height).png()],
    ['image/jpeg', () => drawn(width, height).jpeg()],
    [
      'image/jpeg',
      () =>
        drawn(width, height)
          .jpeg({ progressive: true })
          .withExif({ IFD0: { Artist: 'A'.repeat(9000) } }),
    ],
    ['image/gif', () => drawn(width, height).gif()],
    ['image/webp', () => drawn(width, height).webp({ lossless: true })],
    ['image/webp', () => drawn(width, height).webp({ lossless: false })],
    [
      'image/webp',
      () =>
        drawn(width, height)
          .webp()
          .withExif({ IFD0: { Artist: 'A' } }),
    ],
  ])('%s', async (mediaType, draw) => {
    expect(of(await draw().toBuffer())).toEqual({ mediaType, width, height });
  });
});

it('takes the largest frame header of a JPEG that has several', () => {
  const frame = (width: number, height: number) =>
    Buffer.from([0xff, 0xc0, 0, 11, 8, height >> 8, height & 255, width >> 8, width & 255, 1, 1, 17, 0]);
  const scan = Buffer.from([0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0]);
  const jpeg = Buffer.concat([Buffer.from([0xff, 0xd8]), frame(5000, 16), frame(16, 4000), scan]);
  expect(of(jpeg)).toEqual({ mediaType: 'image/jpeg', width: 5000, height: 4000 });
});

it.each([
  ['nothing', Buffer.alloc(0)],
  ['text', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')],
  ['a PNG that is cut', Buffer.from('89504e470d0a1a0a0000', 'hex')],
  ['a JPEG without a frame', Buffer.from('ffd8ffda000801010000003f00', 'hex')],
  ['a JPEG whose segment ends nowhere', Buffer.from('ffd8ffe0ffff00000000000000', 'hex')],
  ['a segment of no length', Buffer.from('ffd8ffe00000000000000000000000', 'hex')],
])('knows %s for none', (_, bytes) => {
  expect(of(bytes)).toBeUndefined();
});

it('reads no more than the beginning', async () => {
  const png = await drawn(10, 10).png().toBuffer();
  const data = png.toString('base64') + 'A'.repeat(30_000_000);
  const before = performance.now();
  expect(imageHeader(data)).toMatchObject({ width: 10, height: 10 });
  expect(performance.now() - before).toBeLessThan(500);
});
