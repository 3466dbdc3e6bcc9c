import type { Metadata } from 'sharp';
import { GatewayError } from '../../domain/errors.ts';
import { IMAGE_LIMITS } from '../../domain/images/limits.ts';
import { FORMATS, type Format } from '../../domain/images/operations.ts';
import { loadSharp, OPEN } from './sharp.ts';

/** What a picture's header says of it. */
export interface ImageInfo {
  format: Format;
  /** Upright, as a viewer shows it. */
  width: number;
  height: number;
  /** More than one: animated. */
  frames: number;
  hasAlpha: boolean;
  /** Such as `srgb`, `cmyk`, `b-w`. */
  colorSpace: string;
  bitDepth: string;
  /** How the stored pixels are to be turned, 1 to 8 as EXIF counts; 1: not at all. */
  orientation: number;
  /** What is stored beside the pixels. */
  metadata: { exif: boolean; iccProfile: boolean; xmp: boolean };
}

/**
 * Reads a picture's header; decodes no pixel, so that a picture that claims to be huge costs nothing.
 *
 * @throws GatewayError `unsupported_media_type` for what is no picture of a known format; `unprocessable` for a broken one
 */
export async function inspectImage(bytes: Uint8Array): Promise<ImageInfo> {
  const sharp = await loadSharp();
  let found: Metadata;
  try {
    // Its size is judged by whoever decodes it.
    found = await sharp(bytes, { ...OPEN, limitInputPixels: false }).metadata();
  } catch (cause) {
    throw unreadable(cause);
  }
  const format = formatOf(found);
  if (!format) throw new GatewayError('unsupported_media_type', NOT_A_PICTURE);
  return {
    format,
    width: found.autoOrient.width,
    height: found.autoOrient.height,
    frames: found.pages ?? 1,
    hasAlpha: found.hasAlpha,
    colorSpace: found.space,
    bitDepth: found.depth,
    orientation: found.orientation ?? 1,
    metadata: {
      exif: found.exif !== undefined,
      iccProfile: found.icc !== undefined,
      xmp: found.xmp !== undefined,
    },
  };
}

const NOT_A_PICTURE = `Only ${FORMATS.join(', ')} pictures can be worked on.`;

function formatOf({ format, compression }: Metadata): Format | undefined {
  if (format === 'heif') return compression === 'av1' ? 'avif' : undefined;
  return FORMATS.find((known) => known === format);
}

/** What the library says of bytes that it can't read, as an error that a caller can act on. */
export function unreadable(cause: unknown): GatewayError {
  const message = cause instanceof Error ? cause.message : '';
  if (/unsupported image format/i.test(message)) {
    return new GatewayError('unsupported_media_type', NOT_A_PICTURE, { cause });
  }
  if (/pixel limit/i.test(message)) {
    return new GatewayError(
      'unprocessable',
      `The picture has more than ${IMAGE_LIMITS.pixels / 1_000_000} million pixels.`,
      { cause },
    );
  }
  if (/timeout/i.test(message)) {
    return new GatewayError('unprocessable', `This takes more than ${IMAGE_LIMITS.seconds} seconds.`, {
      cause,
    });
  }
  return new GatewayError('unprocessable', 'The picture is broken: it can’t be decoded.', { cause });
}
