import sharp from 'sharp';
import { createRandom } from './random.ts';

/** Squares that a picture is made of, a side. */
const GRID = 16;

/** A picture that is asked for. */
export interface Drawing {
  prompt: string;
  width: number;
  height: number;
  background: 'transparent' | 'opaque';
  format: 'png' | 'jpeg' | 'webp';
  compression: number;
  images: readonly { bytes: Buffer }[];
  mask: { bytes: Buffer } | undefined;
}

/**
 * A real picture that depends on the request alone: squares in the colours of the prompt, of the size and in the format
 * that were asked for. An edit is the first picture, with squares where the mask is transparent, or all over without one.
 *
 * @param coarse how far from finished: 0 is finished
 */
export async function draw(ask: Drawing, nth: number, coarse: number): Promise<Buffer> {
  const { width, height } = ask;
  const squares = await sharp(colours(`${ask.prompt}#${nth}`, ask.background === 'transparent'), {
    raw: { width: GRID, height: GRID, channels: 4 },
  })
    .resize({ width: Math.max(1, GRID >> coarse), height: Math.max(1, GRID >> coarse), fit: 'fill' })
    .png()
    .toBuffer();
  const drawn = await sharp(squares)
    .resize({ width, height, fit: 'fill', kernel: 'nearest' })
    .png({ compressionLevel: 1 })
    .toBuffer();
  const finished = ask.images.length > 0 ? await edited(ask, drawn) : drawn;
  const quality = Math.max(1, ask.compression);
  const encoded = sharp(finished);
  if (ask.format === 'jpeg') return encoded.flatten({ background: '#fff' }).jpeg({ quality }).toBuffer();
  return ask.format === 'webp'
    ? encoded.webp({ quality, effort: 0 }).toBuffer()
    : encoded.png({ compressionLevel: 6 }).toBuffer();
}

async function edited({ images, mask, width, height }: Drawing, drawn: Buffer): Promise<Buffer> {
  const [first] = images;
  if (!first) return drawn;
  const box = { width, height, fit: 'fill' } as const;
  const source = await sharp(first.bytes).autoOrient().resize(box).ensureAlpha().png().toBuffer();
  if (!mask)
    return sharp(source)
      .composite([{ input: drawn, blend: 'multiply' }])
      .png()
      .toBuffer();
  const keep = await sharp(mask.bytes)
    .resize({ ...box, kernel: 'nearest' })
    .ensureAlpha()
    .png()
    .toBuffer();
  const kept = await sharp(source)
    .composite([{ input: keep, blend: 'dest-in' }])
    .png()
    .toBuffer();
  return sharp(drawn)
    .composite([{ input: kept }])
    .png()
    .toBuffer();
}

function colours(seed: string, isTransparent: boolean): Buffer {
  const random = createRandom(seed);
  const palette = Array.from({ length: 5 }, () => [
    random.integer(256),
    random.integer(256),
    random.integer(256),
  ]);
  const pixels = Buffer.alloc(GRID * GRID * 4);
  for (let at = 0; at < GRID * GRID; at += 1) {
    const onEdge = at < GRID || at % GRID === 0;
    const colour = palette[(random.integer(3) + Math.floor(at / GRID / 4)) % palette.length] ?? [0, 0, 0];
    pixels.set([...colour, isTransparent && onEdge ? 0 : 255], at * 4);
  }
  return pixels;
}
