import type sharp from 'sharp';
import { IMAGE_LIMITS } from '../../domain/images/limits.ts';
import { lazy } from '../../providers/lazy.ts';

export type Sharp = typeof sharp;

/** The formats that are read, each by its own loader; all others (SVG, PDF, TIFF, …) stay shut. */
const LOADERS = ['JpegBuffer', 'PngBuffer', 'WebpBuffer', 'NsgifBuffer', 'HeifBuffer'];

/**
 * The image library, loaded on first use: it is a native addon of 17 MB. It keeps nothing between pictures and works
 * on one thread each: a function has one CPU, and what it holds at once is bounded by the pictures alone.
 */
export const loadSharp: () => Promise<Sharp> = lazy(async () => {
  const { default: library } = await import('sharp');
  library.cache(false);
  library.concurrency(1);
  library.block({ operation: ['VipsForeignLoad'] });
  library.unblock({ operation: LOADERS.map((loader) => `VipsForeignLoad${loader}`) });
  return library;
});

/** How a picture's bytes are opened: anything odd about them is an error, and more pixels are not decoded. */
export const OPEN = {
  failOn: 'warning',
  limitInputPixels: IMAGE_LIMITS.pixels,
  sequentialRead: true,
} as const;
