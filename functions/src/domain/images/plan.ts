import { GatewayError } from '../errors.ts';
import { ENCODING_WORK, IMAGE_LIMITS } from './limits.ts';
import type { Format, Operation, Resize } from './operations.ts';

export interface Size {
  width: number;
  height: number;
}

/**
 * Judges a list of operations before a single pixel is decoded: the size of the picture after each of them, and how
 * much work they are together.
 *
 * @param overlays the sizes of the pictures that are laid over, by file id
 * @throws GatewayError `unprocessable` where a step can't be done, or is more than one request may do
 */
export function plan(
  input: Size,
  operations: readonly Operation[],
  format: Format,
  overlays: ReadonlyMap<string, Size>,
): Size {
  let size = input;
  assertSize(size, 'The picture');
  let work = pixels(size);
  for (const [at, operation] of operations.entries()) {
    const after = sizeAfter(size, operation, at);
    assertSize(after, `operations[${at}]: the result`);
    work += pixels(size) + pixels(after);
    if (operation.type === 'compose') {
      const overlay = overlays.get(operation.fileId);
      if (overlay) {
        assertSize(overlay, `operations[${at}]: the picture to lay over`);
        work += 2 * pixels(overlay);
      }
    }
    size = after;
  }
  work += pixels(size) * ENCODING_WORK[format];
  if (work > IMAGE_LIMITS.work) {
    throw new GatewayError(
      'unprocessable',
      `These operations are too much work for one request: ${mega(work)} million pixels, ${mega(IMAGE_LIMITS.work)} at most.`,
    );
  }
  return size;
}

const pixels = ({ width, height }: Size): number => width * height;
const mega = (count: number): number => Math.ceil(count / 1_000_000);

/** @throws GatewayError `unprocessable` for more than is decoded */
export function assertSize(size: Size, what: string): void {
  if (
    size.width <= IMAGE_LIMITS.edge &&
    size.height <= IMAGE_LIMITS.edge &&
    pixels(size) <= IMAGE_LIMITS.pixels
  )
    return;
  throw new GatewayError(
    'unprocessable',
    `${what} is ${size.width} x ${size.height} pixels: at most ${IMAGE_LIMITS.edge} a side and ${mega(IMAGE_LIMITS.pixels)} million in all.`,
    { details: { width: size.width, height: size.height, maxPixels: IMAGE_LIMITS.pixels } },
  );
}

function sizeAfter(size: Size, operation: Operation, at: number): Size {
  switch (operation.type) {
    case 'resize':
      return resized(size, operation);
    case 'thumbnail':
      return inside(size, { width: operation.size, height: operation.size });
    case 'crop': {
      const { left, top, width, height } = operation;
      if (left + width > size.width || top + height > size.height) {
        throw new GatewayError(
          'unprocessable',
          `operations[${at}]: the crop reaches out of the picture, which is ${size.width} x ${size.height} there.`,
        );
      }
      return { width, height };
    }
    case 'rotate':
      return rotated(size, operation.angle);
    default:
      return size;
  }
}

/** An upper bound; the library rounds by itself. */
function resized(size: Size, { width, height, fit = 'cover', enlarge = false }: Resize): Size {
  const wanted = {
    width: width ?? Math.ceil((size.width * (height ?? size.height)) / size.height),
    height: height ?? Math.ceil((size.height * (width ?? size.width)) / size.width),
  };
  const ratios = [wanted.width / size.width, wanted.height / size.height];
  if (fit === 'inside' || fit === 'outside') {
    const ratio = fit === 'inside' ? Math.min(...ratios) : Math.max(...ratios);
    return scaled(size, enlarge ? ratio : Math.min(1, ratio));
  }
  if (fit === 'contain' || enlarge) return wanted;
  return { width: Math.min(wanted.width, size.width), height: Math.min(wanted.height, size.height) };
}

const inside = (size: Size, box: Size): Size =>
  scaled(size, Math.min(1, box.width / size.width, box.height / size.height));

const scaled = ({ width, height }: Size, ratio: number): Size => ({
  width: Math.max(1, Math.ceil(width * ratio)),
  height: Math.max(1, Math.ceil(height * ratio)),
});

/** The box around a picture that is turned. */
function rotated({ width, height }: Size, angle: number): Size {
  const turn = (angle * Math.PI) / 180;
  const [sin, cos] = [Math.abs(Math.sin(turn)), Math.abs(Math.cos(turn))];
  // A right angle's cosine is almost nothing, not nothing.
  const whole = (length: number) => Math.ceil(length - 1e-6);
  return { width: whole(width * cos + height * sin), height: whole(width * sin + height * cos) };
}
