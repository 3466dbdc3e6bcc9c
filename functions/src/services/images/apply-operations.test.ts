import { describe, expect, it } from 'vitest';
import { FORMATS, type Operation } from '../../domain/images/operations.ts';
import { applyOperations } from './apply-operations.ts';
import { inspectImage } from './inspect-image.ts';
import { animated, patch, picture, pixel, png, QUADRANTS } from './test-support.ts';

const { leftTop: RED, rightTop: GREEN, leftBottom: BLUE, rightBottom: WHITE } = QUADRANTS;
const LOSSY = 12;

async function change(bytes: Uint8Array, ...operations: Operation[]) {
  return applyOperations({ bytes, operations });
}

/** The colours near the four corners: left top, right top, left bottom, right bottom. */
async function corners({ bytes, width, height }: { bytes: Buffer; width: number; height: number }) {
  const places = [
    [2, 2],
    [width - 3, 2],
    [2, height - 3],
    [width - 3, height - 3],
  ] as const;
  return Promise.all(places.map(async ([x, y]) => (await pixel(bytes, x, y)).slice(0, 3)));
}

function expectColours(found: number[][], wanted: readonly (readonly number[])[], within = LOSSY): void {
  for (const [at, colour] of wanted.entries()) {
    for (const [channel, value] of colour.entries()) {
      expect(
        Math.abs((found[at]?.[channel] ?? Number.NaN) - value),
        `corner ${at}: ${found[at]}`,
      ).toBeLessThanOrEqual(within);
    }
  }
}

describe('formats', () => {
  it.each(FORMATS)('reads %s and writes it again', async (format) => {
    const source = await picture(format);
    expect(await inspectImage(source)).toMatchObject({ format, width: 64, height: 48, frames: 1 });
    const result = await change(source, { type: 'flip', direction: 'horizontal' });
    expect(result).toMatchObject({ format, width: 64, height: 48 });
    expect((await inspectImage(result.bytes)).format).toBe(format);
    expectColours(await corners(result), [GREEN, RED, WHITE, BLUE], 30);
  });

  it.each(FORMATS.flatMap((from) => FORMATS.map((to) => [from, to] as const)))(
    'converts %s to %s',
    async (from, to) => {
      const result = await change(await picture(from), { type: 'convert', format: to });
      expect(await inspectImage(result.bytes)).toMatchObject({ format: to, width: 64, height: 48 });
      expectColours(await corners(result), [RED, GREEN, BLUE, WHITE], 30);
    },
  );

  it('gives what is transparent a background where the format has none', async () => {
    const clear = await patch(20, 20, [0, 0, 255, 0]);
    const white = await change(clear, { type: 'convert', format: 'jpeg' });
    expectColours([await pixel(white.bytes, 10, 10)], [WHITE]);
    const green = await change(clear, { type: 'convert', format: 'jpeg', background: '#00ff00' });
    expectColours([await pixel(green.bytes, 10, 10)], [GREEN]);
  });

  it('makes it smaller by a lower quality', async () => {
    const source = await picture('jpeg', 400, 300);
    const [high, low] = await Promise.all(
      [95, 20].map((quality) => change(source, { type: 'compress', quality })),
    );
    expect(low?.bytes.length).toBeLessThan(high?.bytes.length ?? 0);
  });
});

describe('what is done to the pixels', () => {
  it('crops', async () => {
    const source = await picture('png');
    const result = await change(source, { type: 'crop', left: 32, top: 24, width: 32, height: 24 });
    expect(result).toMatchObject({ width: 32, height: 24 });
    expect(await corners(result)).toEqual([WHITE, WHITE, WHITE, WHITE]);
  });

  it.each([
    [90, 48, 64, [BLUE, RED, WHITE, GREEN]],
    [180, 64, 48, [WHITE, BLUE, GREEN, RED]],
    [-90, 48, 64, [GREEN, WHITE, RED, BLUE]],
  ])('turns by %d degrees', async (angle, width, height, colours) => {
    const result = await change(await picture('png'), { type: 'rotate', angle });
    expect(result).toMatchObject({ width, height });
    expect(await corners(result)).toEqual(colours.map((colour) => [...colour]));
  });

  it('turns by any angle, and fills the corners', async () => {
    const source = await picture('png');
    const clear = await change(source, { type: 'rotate', angle: 45 });
    expect(clear.width).toBeGreaterThan(64);
    expect((await pixel(clear.bytes, 0, 0))[3]).toBe(0);
    const filled = await change(source, { type: 'rotate', angle: 45, background: '#ff00ff' });
    expect((await pixel(filled.bytes, 0, 0)).slice(0, 3)).toEqual([255, 0, 255]);
  });

  it('mirrors', async () => {
    const result = await change(await picture('png'), { type: 'flip', direction: 'vertical' });
    expect(await corners(result)).toEqual([BLUE, WHITE, RED, GREEN].map((colour) => [...colour]));
  });

  it.each<[string, Operation, number, number]>([
    ['by its width', { type: 'resize', width: 32 }, 32, 24],
    ['by its height', { type: 'resize', height: 12 }, 16, 12],
    ['to fill a box', { type: 'resize', width: 20, height: 20, fit: 'cover' }, 20, 20],
    ['out of proportion', { type: 'resize', width: 20, height: 20, fit: 'fill' }, 20, 20],
    ['to fit into a box', { type: 'resize', width: 32, height: 32, fit: 'inside' }, 32, 24],
    ['to reach around a box', { type: 'resize', width: 24, height: 24, fit: 'outside' }, 32, 24],
    ['with borders', { type: 'resize', width: 32, height: 32, fit: 'contain' }, 32, 32],
    ['not beyond its own size', { type: 'resize', width: 640 }, 64, 48],
    ['beyond it where that is asked for', { type: 'resize', width: 128, enlarge: true }, 128, 96],
    ['to a thumbnail', { type: 'thumbnail', size: 16 }, 16, 12],
  ])('resizes %s', async (_, operation, width, height) => {
    const result = await change(await picture('png'), operation);
    expect(result).toMatchObject({ width, height });
    expect(await inspectImage(result.bytes)).toMatchObject({ width, height });
  });

  it('makes a thumbnail a WebP, where nothing else is asked for', async () => {
    const source = await picture('png');
    expect((await change(source, { type: 'thumbnail', size: 16 })).format).toBe('webp');
    const asked = await change(source, { type: 'thumbnail', size: 16 }, { type: 'convert', format: 'png' });
    expect(asked.format).toBe('png');
  });

  it('fills the borders of contain', async () => {
    const source = await picture('png', 64, 32);
    const result = await change(source, {
      type: 'resize',
      width: 64,
      height: 64,
      fit: 'contain',
      background: '#ff8800',
    });
    expect((await pixel(result.bytes, 32, 4)).slice(0, 3)).toEqual([255, 136, 0]);
  });

  it('keeps to the order of the list', async () => {
    const source = await picture('png');
    const crop: Operation = { type: 'crop', left: 0, top: 0, width: 32, height: 24 };
    const flip: Operation = { type: 'flip', direction: 'horizontal' };
    const turn: Operation = { type: 'rotate', angle: 90 };
    expect((await corners(await change(source, crop, flip)))[0]).toEqual([...RED]);
    expect((await corners(await change(source, flip, crop)))[0]).toEqual([...GREEN]);
    expect((await corners(await change(source, flip, turn, crop)))[0]).toEqual([...WHITE]);
    const twice = await change(
      source,
      { type: 'resize', width: 32 },
      turn,
      { type: 'resize', width: 12 },
      turn,
    );
    expect(twice).toMatchObject({ width: 16, height: 12 });
    expect(await corners(twice)).toEqual([WHITE, BLUE, GREEN, RED].map((colour) => [...colour]));
  });

  describe('laying one over another', () => {
    async function compose(
      options: object,
      colour: readonly [number, number, number, number] = [0, 0, 0, 255],
    ) {
      const overlays = new Map([['file_over', await patch(16, 16, colour)]]);
      return applyOperations({
        bytes: await picture('png'),
        operations: [{ type: 'compose', fileId: 'file_over', ...options }],
        overlays,
      });
    }

    it('puts it where it is wanted', async () => {
      const placed = await compose({ left: 40, top: 4 });
      expect((await pixel(placed.bytes, 41, 5)).slice(0, 3)).toEqual([0, 0, 0]);
      expect((await pixel(placed.bytes, 39, 5)).slice(0, 3)).toEqual([...GREEN]);
      const cornered = await compose({ position: 'right bottom' });
      expect((await pixel(cornered.bytes, 63, 47)).slice(0, 3)).toEqual([0, 0, 0]);
      expect((await pixel(cornered.bytes, 47, 47)).slice(0, 3)).toEqual([...WHITE]);
    });

    it('lets through what is below', async () => {
      const half = await compose({ left: 0, top: 0, opacity: 0.5 });
      expectColours([await pixel(half.bytes, 2, 2)], [[128, 0, 0]], 2);
      const blended = await compose({ left: 0, top: 0, blend: 'multiply' }, [255, 255, 255, 255]);
      expect((await pixel(blended.bytes, 2, 2)).slice(0, 3)).toEqual([...RED]);
    });

    it('makes it as wide as it is wanted, and never larger than what is below', async () => {
      const wide = await compose({ left: 0, top: 0, width: 32 });
      expect((await pixel(wide.bytes, 31, 31)).slice(0, 3)).toEqual([0, 0, 0]);
      const huge = await compose({ width: 5000 });
      expect(huge).toMatchObject({ width: 64, height: 48 });
    });

    it('may reach over the edge', async () => {
      const over = await compose({ left: 60, top: 44 });
      expect(over).toMatchObject({ width: 64, height: 48 });
      expect((await pixel(over.bytes, 63, 47)).slice(0, 3)).toEqual([0, 0, 0]);
    });
  });
});

describe('what is stored beside the pixels', () => {
  it.each(['jpeg', 'webp', 'png'] as const)(
    'is gone from a %s, once it has been turned upright',
    async (format) => {
      const source = await picture(format, 64, 48, { orientation: 6 });
      expect(source.includes('a secret place')).toBe(true);
      // Orientation 6: to be turned clockwise by 90 degrees.
      expect(await inspectImage(source)).toMatchObject({
        width: 48,
        height: 64,
        orientation: 6,
        metadata: { exif: true },
      });
      const result = await change(source, { type: 'flip', direction: 'vertical' });
      expect(result.bytes.includes('a secret place')).toBe(false);
      expect(await inspectImage(result.bytes)).toMatchObject({
        width: 48,
        height: 64,
        orientation: 1,
        metadata: { exif: false, xmp: false },
      });
      // Upright: blue, red, white, green; then upside down.
      expectColours(await corners(result), [WHITE, GREEN, BLUE, RED]);
    },
  );
});

describe('animated pictures', () => {
  const colours = [RED, GREEN, BLUE];

  it.each(['gif', 'webp'] as const)('a %s is refused where no frame was chosen', async (format) => {
    const bytes = await animated(format, colours);
    expect((await inspectImage(bytes)).frames).toBe(3);
    await expect(change(bytes, { type: 'resize', width: 8 })).rejects.toMatchObject({
      code: 'unprocessable',
      details: { frames: 3 },
    });
    const operations: Operation[] = [{ type: 'convert', format: 'png' }];
    const second = await applyOperations({ bytes, operations, frame: 1 });
    expect(second).toMatchObject({ width: 16, height: 16 });
    expect((await pixel(second.bytes, 4, 4)).slice(0, 3)).toEqual([...GREEN]);
    await expect(applyOperations({ bytes, operations, frame: 3 })).rejects.toMatchObject({
      code: 'unprocessable',
    });
  });
});

describe('hostile input', () => {
  const flip: Operation = { type: 'flip', direction: 'vertical' };

  it.each<[string, () => Buffer | Promise<Buffer>, string]>([
    [
      'an SVG with a script',
      () =>
        Buffer.from(
          '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>',
        ),
      'unsupported_media_type',
    ],
    [
      'a PDF',
      () => Buffer.from('%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>'),
      'unsupported_media_type',
    ],
    ['text', () => Buffer.from('just words'), 'unsupported_media_type'],
    ['nothing', () => Buffer.alloc(0), 'unprocessable'],
    ['a header alone', async () => (await picture('png')).subarray(0, 33), 'unprocessable'],
    ['a cut JPEG', async () => (await picture('jpeg', 300, 200)).subarray(0, 1500), 'unprocessable'],
    ['a cut PNG', async () => (await picture('png', 300, 200)).subarray(0, 200), 'unprocessable'],
    ['a cut WebP', async () => (await picture('webp', 300, 200)).subarray(0, 50), 'unprocessable'],
    ['a header of 20,000 x 20,000', () => png(20_000, 20_000, Buffer.alloc(1000)), 'unprocessable'],
    ['a header of 2^31 x 1', () => png(2 ** 31 - 1, 1, Buffer.alloc(1000)), 'unprocessable'],
  ])('%s is refused', async (_, make, code) => {
    await expect(change(await make(), flip)).rejects.toMatchObject({ name: 'GatewayError', code });
  });

  it('a bomb of 400 million pixels in half a megabyte is refused by its header, in no memory', async () => {
    const scanline = Buffer.alloc(20_001);
    const bomb = png(20_000, 20_000, Buffer.concat(Array.from({ length: 20_000 }, () => scanline)));
    expect(bomb.length).toBeLessThan(1_000_000);
    const before = process.memoryUsage.rss();
    await expect(change(bomb, flip)).rejects.toMatchObject({
      code: 'unprocessable',
      details: { width: 20_000, height: 20_000 },
    });
    expect(process.memoryUsage.rss() - before).toBeLessThan(64 * 1024 * 1024);
  });

  it('a picture with a script behind it comes out without it', async () => {
    const polyglot = Buffer.concat([await picture('gif'), Buffer.from('/*<script>alert(1)</script>*/')]);
    const result = await change(polyglot, flip);
    expect(result.bytes.includes('script')).toBe(false);
    expectColours(await corners(result), [BLUE, WHITE, RED, GREEN], 30);
  });
});

describe('what is too much', () => {
  it.each<[string, Operation[], RegExp]>([
    [
      'a crop out of the picture',
      [{ type: 'crop', left: 60, top: 0, width: 10, height: 10 }],
      /operations\[0\].*64 x 48/,
    ],
    [
      'a crop after it got smaller',
      [
        { type: 'resize', width: 10 },
        { type: 'crop', left: 0, top: 0, width: 11, height: 1 },
      ],
      /operations\[1\]/,
    ],
    ['a huge enlargement', [{ type: 'resize', width: 9000, height: 9000, enlarge: true }], /9000 x 9000/],
    ['huge borders', [{ type: 'resize', width: 16_000, height: 9000, fit: 'contain' }], /16000 x 9000/],
    ['a side too long', [{ type: 'resize', width: 16_384, height: 1, enlarge: true }], /16384 x 1 /],
    [
      'too much work',
      Array.from(
        { length: 20 },
        (_, at): Operation => ({ type: 'resize', width: 3000 + at, height: 3000, enlarge: true }),
      ),
      /too much work/,
    ],
    [
      'an overlay out of the picture',
      [{ type: 'compose', fileId: 'file_over', left: 64, top: 0 }],
      /outside/,
    ],
  ])('%s is refused', async (_, operations, message) => {
    const bytes = await picture('png');
    const overlays = new Map([['file_over', await patch(4, 4, [0, 0, 0, 255])]]);
    await expect(applyOperations({ bytes, operations, overlays })).rejects.toMatchObject({
      code: 'unprocessable',
      message: expect.stringMatching(message),
    });
  });
});
