import type { FileSource, FileStatus, MediaMetadata } from '../../domain/files/file.ts';
import type { MediaTypeName } from '../../domain/files/media-types.ts';
import type { Bucket } from '../../store/bucket.ts';
import type { StoreHandle } from '../../store/handle.ts';

/** What the files services need; `Deps` and a request's handle give it. */
export interface FileDeps {
  store: StoreHandle;
  /** Opened on first use. */
  bucket: () => Promise<Bucket>;
}

/** A file as everything but the store sees it. */
export interface FileRecord extends MediaMetadata {
  id: string;
  userId: string;
  name: string;
  /** Of the content, never of the name; undefined only while pending. */
  mediaType: MediaTypeName | undefined;
  bytes: number;
  status: FileStatus;
  source: FileSource;
  /** Lower-case hex; undefined while pending. */
  sha256: string | undefined;
  /** Base64 of the big-endian CRC32C; undefined while pending. */
  crc32c: string | undefined;
  /** Milliseconds since the epoch. */
  createdAt: number;
  /** Milliseconds since the epoch; undefined: kept until deleted. */
  expiresAt: number | undefined;
}

/** A file that is about to be. */
export interface NewFile {
  /** As the caller said it; `fileName` checks it. */
  name: string;
  source: FileSource;
  /** The most that the content may have; counted against the quota until it is known. */
  maxBytes: number;
  /** What the content is said to be; it is held against it. */
  mediaType?: MediaTypeName | undefined;
  /** Milliseconds since the epoch. */
  expiresAt?: number | undefined;
  /** How long the room is kept for content that doesn't come; default: half an hour. */
  pendingMs?: number | undefined;
}

/** Content, whole or as it comes. */
export type Content = Uint8Array | AsyncIterable<Uint8Array>;
