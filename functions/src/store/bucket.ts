import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { File, Bucket as GcsBucket, Storage } from '@google-cloud/storage';
import { GatewayError } from '../domain/errors.ts';

/** What Storage knows of an object. */
export interface ObjectInfo {
  bytes: number;
  /** Of this content: another upload under the same name has another. */
  generation: string;
  /** Base64 of the big-endian CRC32C, as Storage computed it. */
  crc32c: string;
  contentType: string | undefined;
}

export interface ObjectHeaders {
  contentType: string;
  contentDisposition: string;
}

export interface UploadSession {
  bytes: number;
  contentType: string;
  /** Of the page that will send the bytes: Storage answers its CORS headers to no other. */
  origin: string | undefined;
}

/** The deployment's bucket. Everything that talks to Cloud Storage is here. */
export interface Bucket {
  /** Writes a new object; where the source fails, none is left. */
  write(path: string, source: AsyncIterable<Uint8Array>, headers: ObjectHeaders): Promise<ObjectInfo>;
  /** An object's bytes. Fails with `not_found` where there is none. @param range both inclusive */
  read(path: string, options?: { generation?: string; range?: { start: number; end: number } }): Readable;
  info(path: string): Promise<ObjectInfo | undefined>;
  /** Copies one generation inside Storage; no byte comes here. */
  copy(from: string, to: string, generation: string, headers: ObjectHeaders): Promise<ObjectInfo>;
  /** An object that is gone already is fine. */
  delete(path: string): Promise<void>;
  /** The address of a resumable upload, good for a week, to be given to the client. */
  createUpload(path: string, session: UploadSession): Promise<string>;
  /** A URL that gives out the object until then, without a credential; undefined where it can't be signed. */
  signedUrl(path: string, expiresAt: number, headers: ObjectHeaders): Promise<string | undefined>;
}

export interface BucketOptions {
  name: string;
  projectId: string;
  /** Origin of a local Cloud Storage; the SDK takes it from STORAGE_EMULATOR_HOST. */
  local: boolean;
}

/** Opens the bucket; the SDK takes a while to load, so this is done on first use. */
export async function openBucket({ name, projectId, local }: BucketOptions): Promise<Bucket> {
  const { Storage } = await import('@google-cloud/storage');
  const storage: Storage = new Storage({ projectId, retryOptions: { totalTimeout: 30, maxRetries: 4 } });
  return gcsBucket(storage.bucket(name), local);
}

/** The same on first use, and once. */
export function lazyBucket(options: BucketOptions): () => Promise<Bucket> {
  let bucket: Promise<Bucket> | undefined;
  return () => {
    bucket ??= openBucket(options);
    return bucket;
  };
}

const gcsBucket = (bucket: GcsBucket, local: boolean): Bucket => ({
  async write(path, source, { contentType, contentDisposition }) {
    const file = bucket.file(path);
    // In one request: it is there as a whole or not at all.
    const target = file.createWriteStream({
      resumable: false,
      validation: 'crc32c',
      contentType,
      metadata: { contentType, contentDisposition, cacheControl: 'private, max-age=0' },
    });
    await translated(pipeline(source, target));
    return infoOf(file);
  },

  read(path, { generation, range } = {}) {
    const file = bucket.file(path, generation === undefined ? {} : { generation });
    return file.createReadStream({
      // A checksum can only be held against the whole object.
      validation: range ? false : 'crc32c',
      decompress: false,
      ...range,
    });
  },

  async info(path) {
    const file = bucket.file(path);
    try {
      await file.getMetadata();
    } catch (error) {
      if (codeOf(error) === 404) return undefined;
      throw toGatewayError(error);
    }
    return infoOf(file);
  },

  async copy(from, to, generation, { contentType, contentDisposition }) {
    const [copied] = await translated(
      bucket.file(from, { generation }).copy(bucket.file(to), { contentType, contentDisposition }),
    );
    await translated(copied.getMetadata());
    return infoOf(copied);
  },

  async delete(path) {
    await translated(bucket.file(path).delete({ ignoreNotFound: true }));
  },

  async createUpload(path, { bytes, contentType, origin }) {
    const [uri] = await translated(
      bucket.file(path).createResumableUpload({
        ...(origin !== undefined && { origin }),
        // Storage refuses more, and another type than this.
        metadata: { contentType, contentLength: bytes },
        preconditionOpts: { ifGenerationMatch: 0 },
      }),
    );
    return uri;
  },

  async signedUrl(path, expiresAt, { contentType, contentDisposition }) {
    if (local) return undefined;
    try {
      const [url] = await bucket.file(path).getSignedUrl({
        version: 'v4',
        action: 'read',
        expires: expiresAt,
        responseType: contentType,
        responseDisposition: contentDisposition,
      });
      return url;
    } catch {
      // The service account may not sign (iam.serviceAccounts.signBlob): our own URL does as well.
      return undefined;
    }
  },
});

function infoOf({ metadata }: File): ObjectInfo {
  const { size, generation, crc32c, contentType } = metadata;
  return { bytes: Number(size), generation: String(generation), crc32c: crc32c ?? '', contentType };
}

async function translated<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw toGatewayError(error);
  }
}

const codeOf = (error: unknown): unknown => (error as { code?: unknown }).code;

/** What Storage, or the way to it, throws; what is ours already stays. */
export function toGatewayError(error: unknown): GatewayError {
  if (error instanceof GatewayError) return error;
  switch (codeOf(error)) {
    case 404:
      return new GatewayError('not_found', 'The file’s content is gone.', { cause: error });
    case 412:
      return new GatewayError('conflict', 'The content has changed meanwhile.', { cause: error });
    default:
      return new GatewayError('unavailable', 'The file storage does not answer. Try again shortly.', {
        cause: error,
        retryAfterSeconds: 5,
      });
  }
}
