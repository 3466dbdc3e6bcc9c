import { describe, expect, it } from 'vitest';
import { MADE_FORMATS } from '../../providers/images.ts';
import { inspectImage } from './inspect-image.ts';
import { patch, picture, pixel, png, QUADRANTS } from './test-support.ts';
import { toFormat } from './to-format.ts';
import { TURNS } from './turns.ts';

describe('a picture that a model made', () => {
  it.each(MADE_FORMATS)('stays as it came, where it is a %s as asked', async (format) => {
    const bytes = await picture(format);
    expect(await toFormat(bytes, format)).toEqual({ bytes, width: 64, height: 48 });
  });

  it.each(MADE_FORMATS.flatMap((from) => MADE_FORMATS.filter((to) => to !== from).map((to) => [from, to])))(
    'turns from %s into %s',
    async (from, to) => {
      if (!to || !from) throw new Error('no format');
      const { bytes, width, height } = await toFormat(await picture(from), to);
      expect(await inspectImage(bytes)).toMatchObject({ format: to, width: 64, height: 48 });
      expect([width, height]).toEqual([64, 48]);
      const [red = 0, green = 0, blue = 0] = await pixel(bytes, 2, 2);
      expect([red > 200, green < 40, blue < 40]).toEqual([true, true, true]);
    },
  );

  it('gets white where it was clear, in a JPEG', async () => {
    const { bytes } = await toFormat(await patch(20, 20, [0, 0, 255, 0]), 'jpeg');
    expect((await pixel(bytes, 10, 10)).slice(0, 3)).toEqual([...QUADRANTS.rightBottom]);
  });

  it('waits its turn, behind more than may wait who can come again', async () => {
    const first = Promise.withResolvers<void>();
    const under = TURNS.take(() => first.promise);
    const others = Array.from({ length: 16 }, () => TURNS.take(async () => 'done'));
    await expect(TURNS.take(async () => 'late')).rejects.toMatchObject({ code: 'unavailable' });
    const paid = toFormat(await picture('jpeg'), 'png');
    // It is among those who wait by then: a header takes longer than the work of the others.
    await inspectImage(await picture('jpeg'));
    first.resolve();
    await Promise.all([under, ...others]);
    expect((await inspectImage((await paid).bytes)).format).toBe('png');
  });

  it('is refused where it is none, or a bomb', async () => {
    await expect(toFormat(Buffer.from('words'), 'png')).rejects.toMatchObject({
      code: 'unsupported_media_type',
    });
    await expect(toFormat(png(20_000, 20_000, Buffer.alloc(1000)), 'jpeg')).rejects.toMatchObject({
      code: 'unprocessable',
    });
  });
});
