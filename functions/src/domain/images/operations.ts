/** What can be done to a stored picture. Places and sizes are in pixels of the picture as it then is, upright. */
export type Operation =
  | Resize
  | { type: 'crop'; left: number; top: number; width: number; height: number }
  /** @property angle clockwise, in degrees */
  | { type: 'rotate'; angle: number; background?: string | undefined }
  /** `vertical` swaps top and bottom, `horizontal` left and right. */
  | { type: 'flip'; direction: 'horizontal' | 'vertical' }
  | Compose
  /** At most that wide and high, as WebP where no other format is asked for. */
  | { type: 'thumbnail'; size: number }
  /** @property background of a picture with transparency, where the format has none */
  | { type: 'convert'; format: Format; background?: string | undefined }
  /** @property quality 1 to 100; a PNG gets a palette */
  | { type: 'compress'; quality: number };

export interface Resize {
  type: 'resize';
  width?: number | undefined;
  height?: number | undefined;
  fit?: Fit | undefined;
  position?: Position | undefined;
  /** Of what `contain` adds. */
  background?: string | undefined;
  /** Without it a picture never gets larger. */
  enlarge?: boolean | undefined;
}

/** Another stored picture laid over this one; made smaller where it is larger. */
export interface Compose {
  type: 'compose';
  fileId: string;
  /** Either both or neither; without them `position` decides. */
  left?: number | undefined;
  top?: number | undefined;
  position?: Position | undefined;
  /** How wide it is laid over; its height follows. */
  width?: number | undefined;
  /** 0 to 1 */
  opacity?: number | undefined;
  blend?: Blend | undefined;
}

export const FORMATS = ['png', 'jpeg', 'webp', 'avif', 'gif'] as const;
export type Format = (typeof FORMATS)[number];

export const FITS = ['cover', 'contain', 'fill', 'inside', 'outside'] as const;
export type Fit = (typeof FITS)[number];

export const POSITIONS = [
  'center',
  'top',
  'right top',
  'right',
  'right bottom',
  'bottom',
  'left bottom',
  'left',
  'left top',
] as const;
export type Position = (typeof POSITIONS)[number];

export const BLENDS = [
  'over',
  'multiply',
  'screen',
  'overlay',
  'darken',
  'lighten',
  'difference',
  'dest-in',
  'dest-out',
] as const;
export type Blend = (typeof BLENDS)[number];

export const MEDIA_TYPE = {
  png: 'image/png',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
  avif: 'image/avif',
  gif: 'image/gif',
} as const satisfies Record<Format, string>;
