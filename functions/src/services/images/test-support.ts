import { crc32, deflateSync } from 'node:zlib';
import type { Format } from '../../domain/images/operations.ts';
import { loadSharp } from './sharp.ts';

/** What tests make their pictures of: red at the left top, green at the right top, blue below, white at the right bottom. */
export const QUADRANTS = {
  leftTop: [255, 0, 0],
  rightTop: [0, 255, 0],
  leftBottom: [0, 0, 255],
  rightBottom: [255, 255, 255],
} as const;

/** The pixels of such a picture, three bytes each. */
function quadrants(width: number, height: number): Buffer {
  const pixels = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const side = x < width / 2 ? 'left' : 'right';
      pixels.set(QUADRANTS[`${side}${y < height / 2 ? 'Top' : 'Bottom'}`], (y * width + x) * 3);
    }
  }
  return pixels;
}

/** A real picture of four quadrants. */
export async function picture(
  format: Format,
  width = 64,
  height = 48,
  exif?: { orientation: number },
): Promise<Buffer> {
  const sharp = await loadSharp();
  const drawn = sharp(quadrants(width, height), { raw: { width, height, channels: 3 } });
  const described = exif
    ? drawn
        .withMetadata({ orientation: exif.orientation })
        .withExifMerge({ IFD0: { Make: 'Firegate', Copyright: 'a secret place' } })
    : drawn;
  if (format === 'jpeg') return described.jpeg({ quality: 100, chromaSubsampling: '4:4:4' }).toBuffer();
  if (format === 'webp') return described.webp({ lossless: true }).toBuffer();
  if (format === 'avif') return described.avif({ lossless: true, chromaSubsampling: '4:4:4' }).toBuffer();
  return described.toFormat(format).toBuffer();
}

/** One colour, with transparency. */
export async function patch(width: number, height: number, rgba: readonly [number, number, number, number]) {
  const sharp = await loadSharp();
  const [r, g, b, alpha] = rgba;
  return sharp({ create: { width, height, channels: 4, background: { r, g, b, alpha: alpha / 255 } } })
    .png()
    .toBuffer();
}

/** An animated picture: a frame for each colour. */
export async function animated(
  format: 'gif' | 'webp',
  colours: readonly (readonly [number, number, number])[],
  size = 16,
) {
  const sharp = await loadSharp();
  const pixels = Buffer.concat(
    colours.map((colour) => Buffer.alloc(size * size * 3, Uint8Array.from(colour))),
  );
  const raw = { width: size, height: size * colours.length, channels: 3, pageHeight: size } as const;
  return sharp(pixels, { raw })
    .toFormat(format, { lossless: true, delay: colours.map(() => 100) })
    .toBuffer();
}

/** A PNG by its parts, whatever its header says of them. */
export function png(width: number, height: number, scanlines: Buffer): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 0, 0, 0, 0], 8);
  const chunk = (type: string, data: Buffer) => {
    const named = Buffer.concat([Buffer.from(type), data]);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(crc32(named) >>> 0);
    return Buffer.concat([length, named, sum]);
  };
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(scanlines, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** One pixel of a picture, as red, green, blue and, where there is one, alpha. */
export async function pixel(bytes: Uint8Array, x: number, y: number): Promise<number[]> {
  const sharp = await loadSharp();
  const { data, info } = await sharp(bytes).toColourspace('srgb').raw().toBuffer({ resolveWithObject: true });
  const at = (y * info.width + x) * info.channels;
  return [...data.subarray(at, at + info.channels)];
}
