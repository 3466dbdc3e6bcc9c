import { createHash, randomUUID } from 'node:crypto';
import {
  createReadStream,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { Crc32c } from './crc32c.ts';

/** What a client may say of an object. */
export interface ObjectMetadata {
  contentType?: string;
  contentDisposition?: string;
  cacheControl?: string;
  metadata?: Record<string, string>;
}

/** An object as the JSON API shows it. */
export interface StoredObject extends ObjectMetadata {
  kind: 'storage#object';
  id: string;
  bucket: string;
  name: string;
  generation: string;
  metageneration: string;
  size: string;
  md5Hash: string;
  crc32c: string;
  etag: string;
  timeCreated: string;
  updated: string;
}

/** Bytes on disk that are not an object yet. */
export interface Staged {
  path: string;
  bytes: number;
}

/** The objects of all buckets: their bytes as files in one folder, what is known of each in a file beside it. */
export class ObjectStore {
  readonly #directory: string;
  readonly #staging: string;
  readonly #objects = new Map<string, { file: string; object: StoredObject }>();
  #lastGeneration = 0;

  constructor(directory: string) {
    this.#directory = join(directory, 'objects');
    this.#staging = join(directory, 'staging');
    rmSync(this.#staging, { recursive: true, force: true });
    mkdirSync(this.#directory, { recursive: true });
    mkdirSync(this.#staging, { recursive: true });
    for (const entry of readdirSync(this.#directory)) {
      if (!entry.endsWith('.json')) continue;
      const object = JSON.parse(readFileSync(join(this.#directory, entry), 'utf8')) as StoredObject;
      const file = join(this.#directory, entry.slice(0, -'.json'.length));
      this.#objects.set(keyOf(object.bucket, object.name), { file, object });
    }
  }

  find(bucket: string, name: string): StoredObject | undefined {
    return this.#objects.get(keyOf(bucket, name))?.object;
  }

  list(bucket: string, prefix: string): StoredObject[] {
    return [...this.#objects.values()]
      .map(({ object }) => object)
      .filter((object) => object.bucket === bucket && object.name.startsWith(prefix))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  stage(): Staged {
    const staged = { path: join(this.#staging, randomUUID()), bytes: 0 };
    writeFileSync(staged.path, '');
    return staged;
  }

  /** Appends as the bytes come; what came before the source failed stays, as Cloud Storage keeps it. */
  async append(staged: Staged, source: AsyncIterable<Uint8Array>): Promise<void> {
    const file = await open(staged.path, 'a');
    try {
      for await (const chunk of source) {
        await file.write(chunk);
        staged.bytes += chunk.length;
      }
    } finally {
      await file.close();
    }
  }

  async cut(staged: Staged, bytes: number): Promise<void> {
    const file = await open(staged.path, 'r+');
    await file.truncate(bytes);
    await file.close();
    staged.bytes = bytes;
  }

  discard(staged: Staged): void {
    rmSync(staged.path, { force: true });
  }

  /** Makes staged bytes an object, in the place of one of the same name. */
  async commit(
    bucket: string,
    name: string,
    staged: Staged,
    metadata: ObjectMetadata,
  ): Promise<StoredObject> {
    const crc = new Crc32c();
    const md5 = createHash('md5');
    for await (const chunk of createReadStream(staged.path)) {
      crc.update(chunk as Buffer);
      md5.update(chunk as Buffer);
    }
    const now = new Date();
    this.#lastGeneration = Math.max(now.getTime() * 1000, this.#lastGeneration + 1);
    const generation = String(this.#lastGeneration);
    const object: StoredObject = {
      contentType: 'application/octet-stream',
      ...metadata,
      kind: 'storage#object',
      id: `${bucket}/${name}/${generation}`,
      bucket,
      name,
      generation,
      metageneration: '1',
      size: String(staged.bytes),
      md5Hash: md5.digest('base64'),
      crc32c: crc.digest(),
      etag: generation,
      timeCreated: now.toISOString(),
      updated: now.toISOString(),
    };
    const before = this.#objects.get(keyOf(bucket, name));
    const file = join(this.#directory, randomUUID());
    renameSync(staged.path, file);
    writeFileSync(`${file}.json`, JSON.stringify(object));
    this.#objects.set(keyOf(bucket, name), { file, object });
    if (before) removeFiles(before.file);
    return object;
  }

  delete(bucket: string, name: string): void {
    const found = this.#objects.get(keyOf(bucket, name));
    if (!found) return;
    this.#objects.delete(keyOf(bucket, name));
    removeFiles(found.file);
  }

  /** @param range both inclusive */
  read(object: StoredObject, range?: { start: number; end: number }): Readable {
    const file = this.#objects.get(keyOf(object.bucket, object.name))?.file;
    if (!file) throw new Error(`No such object: ${object.name}`);
    return createReadStream(file, range);
  }
}

const keyOf = (bucket: string, name: string) => `${bucket}/${name}`;

function removeFiles(file: string): void {
  rmSync(`${file}.json`, { force: true });
  rmSync(file, { force: true });
}
