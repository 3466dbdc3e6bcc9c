import type { components } from '#lib/api/schema.d.ts';

export type StoredFile = components['schemas']['File'];

/** What can be worked on, by its type. */
const TYPES = /^image\/(png|apng|jpeg|webp|gif|avif)$/;

export const isPicture = ({ mediaType, status }: StoredFile): boolean =>
  status === 'ready' && TYPES.test(mediaType ?? '');

/** `1024 × 768`, where it is known. */
export const dimensions = ({ width, height }: StoredFile): string | undefined =>
  width === undefined || height === undefined ? undefined : `${width} × ${height}`;

/** `18 kB`, `1.2 MB`. */
export function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${Math.round(bytes / 1000)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** `image/webp` as `WebP`. */
export function formatName(mediaType: string | undefined): string {
  const type = mediaType?.replace('image/', '') ?? '';
  return type === 'webp' ? 'WebP' : type.toUpperCase();
}
