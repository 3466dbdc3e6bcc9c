import type { MadeFormat } from '../../providers/images.ts';
import { inspectImage, unreadable } from './inspect-image.ts';
import { loadSharp, OPEN } from './sharp.ts';
import { TURNS } from './turns.ts';

export interface Formatted {
  bytes: Buffer;
  width: number;
  height: number;
}

/**
 * A picture that a model made, in the format that was asked for: some deliver whatever they like. What is of the format
 * already stays as it is. Waits for its turn however long that takes, since the picture is paid for.
 *
 * @throws GatewayError as inspectImage does; `unprocessable` where it can't be decoded
 */
export async function toFormat(bytes: Buffer, format: MadeFormat): Promise<Formatted> {
  const { width, height, ...found } = await inspectImage(bytes);
  if (found.format === format) return { bytes, width, height };
  return TURNS.take(async () => {
    const sharp = await loadSharp();
    try {
      const upright = sharp(bytes, OPEN).autoOrient();
      const opaque = format === 'jpeg' ? upright.flatten({ background: '#ffffff' }) : upright;
      const { data, info } = await opaque
        .toFormat(format, QUALITY[format])
        .toBuffer({ resolveWithObject: true });
      return { bytes: data, width: info.width, height: info.height };
    } catch (cause) {
      throw unreadable(cause);
    }
  }, 'however long');
}

/** As little as possible is lost that can be seen. */
const QUALITY = {
  png: {},
  jpeg: { quality: 95 },
  webp: { quality: 95 },
} as const satisfies Record<MadeFormat, object>;
