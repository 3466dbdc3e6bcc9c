/** Where a file came from: a caller, a model, or another file by one of our manipulations. */
export const FILE_SOURCES = ['upload', 'generated', 'derived'] as const;
export type FileSource = (typeof FILE_SOURCES)[number];

/** `pending`: room is reserved, the content isn't there or not checked yet. Only `ready` files can be read. */
export type FileStatus = 'pending' | 'ready';

/** What is known of a medium beyond its bytes; each absent where it isn't known. */
export interface MediaMetadata {
  /** Pixels. */
  width?: number;
  height?: number;
  durationSeconds?: number;
}
