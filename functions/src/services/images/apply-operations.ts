import type { Sharp as Pipeline } from 'sharp';
import { GatewayError } from '../../domain/errors.ts';
import { IMAGE_LIMITS } from '../../domain/images/limits.ts';
import type { Compose, Format, Operation } from '../../domain/images/operations.ts';
import { assertSize, plan } from '../../domain/images/plan.ts';
import { type ImageInfo, inspectImage, unreadable } from './inspect-image.ts';
import { loadSharp, OPEN, type Sharp } from './sharp.ts';

export interface TransformInput {
  bytes: Uint8Array;
  operations: readonly Operation[];
  /** Which frame of an animated picture, from 0. */
  frame?: number | undefined;
  /** The pictures that are laid over, by file id. */
  overlays?: ReadonlyMap<string, Uint8Array>;
}

export interface TransformOutput {
  bytes: Buffer;
  format: Format;
  width: number;
  height: number;
}

const NO_BACKGROUND = { r: 0, g: 0, b: 0, alpha: 0 };
const HAS_NO_ALPHA: readonly Format[] = ['jpeg'];

/**
 * Changes a picture: one operation after the other, in the order of the list. The result is upright, in sRGB and without
 * metadata: no place, camera, thumbnail or comment survives.
 *
 * @throws GatewayError `unsupported_media_type`, `unprocessable`: see `inspectImage` and `plan`; an animated picture
 *   where no frame was chosen
 */
export async function applyOperations(input: TransformInput): Promise<TransformOutput> {
  const sharp = await loadSharp();
  const { bytes, operations, frame, overlays = new Map<string, Uint8Array>() } = input;
  const info = await inspectImage(bytes);
  const page = frameOf(info, frame);
  const sizes = new Map<string, ImageInfo>();
  for (const [id, overlay] of overlays) {
    const found = await inspectImage(overlay);
    frameOf(found, undefined);
    sizes.set(id, found);
  }
  const format = outputFormat(info.format, operations);
  plan(info, operations, format, sizes);
  try {
    let current = sharp(bytes, { ...OPEN, page })
      .autoOrient()
      .toColourspace('srgb');
    let isFresh = true;
    for (const [at, operation] of operations.entries()) {
      if (operation.type === 'convert' || operation.type === 'compress') continue;
      // The library has an order of its own for what one pipeline does: each operation gets one to itself, the first
      // together with the decoding, which it can make much cheaper.
      if (!isFresh) current = await flushed(sharp, current);
      isFresh = false;
      current = await applied(sharp, current, operation, at, overlays);
    }
    const encoded = encodedAs(current, format, operations, info.hasAlpha).timeout({
      seconds: IMAGE_LIMITS.seconds,
    });
    const { data, info: done } = await encoded.toBuffer({ resolveWithObject: true });
    return { bytes: data, format, width: done.width, height: done.height };
  } catch (thrown) {
    throw thrown instanceof GatewayError ? thrown : unreadable(thrown);
  }
}

function frameOf({ frames }: ImageInfo, frame: number | undefined): number {
  if (frame === undefined && frames > 1) {
    throw new GatewayError(
      'unprocessable',
      `The picture is animated, with ${frames} frames; \`frame\` chooses one of them.`,
      { details: { frames } },
    );
  }
  if (frame !== undefined && frame >= frames) {
    throw new GatewayError('unprocessable', `frame: the picture has ${frames}, counted from 0.`, {
      details: { frames },
    });
  }
  return frame ?? 0;
}

function outputFormat(input: Format, operations: readonly Operation[]): Format {
  const wanted = operations.findLast((operation) => operation.type === 'convert');
  if (wanted) return wanted.format;
  return operations.some(({ type }) => type === 'thumbnail') ? 'webp' : input;
}

/** What a pipeline makes, as the beginning of the next. */
async function flushed(sharp: Sharp, pipeline: Pipeline): Promise<Pipeline> {
  const { data, info } = await pipeline
    .timeout({ seconds: IMAGE_LIMITS.seconds })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  assertSize(info, 'The result of a step');
  return sharp(data, { raw: { width, height, channels }, limitInputPixels: IMAGE_LIMITS.pixels });
}

async function applied(
  sharp: Sharp,
  pipeline: Pipeline,
  operation: Exclude<Operation, { type: 'convert' | 'compress' }>,
  at: number,
  overlays: ReadonlyMap<string, Uint8Array>,
): Promise<Pipeline> {
  switch (operation.type) {
    case 'resize': {
      const { width, height, fit = 'cover', position = 'center', background, enlarge = false } = operation;
      return pipeline.resize({
        width,
        height,
        fit,
        position,
        background: background ?? NO_BACKGROUND,
        withoutEnlargement: !enlarge,
      });
    }
    case 'thumbnail':
      return pipeline.resize({
        width: operation.size,
        height: operation.size,
        fit: 'inside',
        withoutEnlargement: true,
      });
    case 'crop': {
      const { left, top, width, height } = operation;
      return pipeline.extract({ left, top, width, height });
    }
    case 'rotate':
      return (await flushed(sharp, pipeline)).rotate(operation.angle, {
        background: operation.background ?? NO_BACKGROUND,
      });
    case 'flip':
      return operation.direction === 'vertical' ? pipeline.flip() : pipeline.flop();
    case 'compose': {
      const overlay = overlays.get(operation.fileId);
      if (!overlay) throw new Error(`operations[${at}]: the overlay was not loaded`);
      return laidOver(sharp, await flushed(sharp, pipeline), operation, overlay);
    }
  }
}

async function laidOver(
  sharp: Sharp,
  base: Pipeline,
  compose: Compose,
  bytes: Uint8Array,
): Promise<Pipeline> {
  const { width, height } = await base.metadata();
  const { left, top, position = 'center', opacity = 1, blend = 'over' } = compose;
  if (left !== undefined && top !== undefined && (left >= width || top >= height)) {
    throw new GatewayError('unprocessable', `compose: ${left}, ${top} lies outside of the picture.`);
  }
  const upright = sharp(bytes, OPEN).autoOrient().toColourspace('srgb');
  const fitting = upright.resize({
    width: Math.min(compose.width ?? width, width),
    height,
    fit: 'inside',
    withoutEnlargement: compose.width === undefined,
  });
  const { data, info } = await fitting.ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  if (opacity < 1) {
    for (let at = 3; at < data.length; at += 4) data[at] = Math.round((data[at] ?? 0) * opacity);
  }
  const raw = { width: info.width, height: info.height, channels: info.channels };
  const place = left !== undefined && top !== undefined ? { left, top } : { gravity: GRAVITY[position] };
  return base.composite([{ input: data, raw, blend, ...place }]);
}

const GRAVITY = {
  center: 'center',
  top: 'north',
  'right top': 'northeast',
  right: 'east',
  'right bottom': 'southeast',
  bottom: 'south',
  'left bottom': 'southwest',
  left: 'west',
  'left top': 'northwest',
} as const;

function encodedAs(
  pipeline: Pipeline,
  format: Format,
  operations: readonly Operation[],
  hasAlpha: boolean,
): Pipeline {
  const converted = operations.findLast((operation) => operation.type === 'convert');
  const quality = operations.findLast((operation) => operation.type === 'compress')?.quality;
  const wantsBackground = hasAlpha || operations.some(addsTransparency);
  const flat =
    HAS_NO_ALPHA.includes(format) && wantsBackground
      ? pipeline.flatten({ background: converted?.background ?? '#ffffff' })
      : pipeline;
  switch (format) {
    case 'jpeg':
      return flat.jpeg({ quality: quality ?? 85 });
    case 'png':
      return flat.png(quality === undefined ? { compressionLevel: 9 } : { quality, palette: true });
    case 'webp':
      return flat.webp({ quality: quality ?? 82 });
    case 'avif':
      return flat.avif({ quality: quality ?? 55, effort: 2 });
    case 'gif':
      return flat.gif({ effort: 3 });
  }
}

const addsTransparency = ({ type }: Operation): boolean =>
  type === 'resize' || type === 'rotate' || type === 'compose';
