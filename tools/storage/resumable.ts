import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ApiError, sendJson } from './http.ts';
import type { ObjectMetadata, ObjectStore, Staged } from './objects.ts';
import { assertGeneration } from './preconditions.ts';

/** Cloud Storage keeps what it got of a chunk in multiples of this. */
const GRAIN = 256 * 1024;

interface Session {
  bucket: string;
  name: string;
  metadata: ObjectMetadata;
  staged: Staged;
  /** What X-Upload-Content-Length announced. */
  bytes: number | undefined;
  ifGenerationMatch: string | null;
  /** The page that may send the bytes. */
  origin: string | undefined;
}

/** Resumable uploads: https://cloud.google.com/storage/docs/performing-resumable-uploads */
export class ResumableUploads {
  readonly #objects: ObjectStore;
  readonly #sessions = new Map<string, Session>();

  constructor(objects: ObjectStore) {
    this.#objects = objects;
  }

  /** @returns the id of the session */
  start(session: Omit<Session, 'staged'>): string {
    const id = randomUUID();
    this.#sessions.set(id, { ...session, staged: this.#objects.stage() });
    return id;
  }

  /** The origin that a session was made for; Cloud Storage answers its CORS headers to no other. */
  originOf(id: string): string | undefined {
    return this.#sessions.get(id)?.origin;
  }

  cancel(id: string): void {
    const session = this.#sessions.get(id);
    if (session) this.#objects.discard(session.staged);
    this.#sessions.delete(id);
  }

  /** One PUT to a session: a question where it stands, a chunk, or everything. */
  async put(id: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const session = this.#sessions.get(id);
    if (!session) throw new ApiError(404, 'No such upload');
    const { staged } = session;
    const range = contentRange(request.headers['content-range']);
    const total =
      range?.total ?? (range ? undefined : Number(request.headers['content-length'] ?? Number.NaN));
    if (session.bytes !== undefined && total !== undefined && !Number.isNaN(total) && total !== session.bytes)
      throw new ApiError(400, `The upload was announced with ${session.bytes} bytes`);
    if (range?.start !== undefined && range.start > staged.bytes)
      throw new ApiError(503, 'Bytes are missing before these');
    if (range === undefined || range.start !== undefined) {
      await this.#objects.cut(staged, range?.start ?? 0);
      try {
        await this.#objects.append(staged, request);
      } catch {
        await this.#objects.cut(staged, staged.bytes - (staged.bytes % GRAIN));
        return;
      }
      if (session.bytes !== undefined && staged.bytes > session.bytes) {
        this.cancel(id);
        throw new ApiError(400, `The upload was announced with ${session.bytes} bytes`);
      }
    } else {
      request.resume();
    }
    const isWhole =
      range === undefined || (range.total !== undefined && staged.bytes === range.total && range.total > 0);
    if (!isWhole) {
      await this.#objects.cut(staged, staged.bytes - (staged.bytes % GRAIN));
      response.writeHead(308, staged.bytes > 0 ? { Range: `bytes=0-${staged.bytes - 1}` } : {});
      response.end();
      return;
    }
    const { bucket, name, metadata, ifGenerationMatch } = session;
    assertGeneration(this.#objects.find(bucket, name), ifGenerationMatch);
    const object = await this.#objects.commit(bucket, name, staged, metadata);
    this.#sessions.delete(id);
    sendJson(response, 200, object);
  }
}

/** `bytes 0-9/100`, `bytes 0-9/*`, `bytes *\/100`; undefined without one. */
function contentRange(header: string | undefined): { start?: number; total?: number } | undefined {
  if (header === undefined) return undefined;
  const [, start, total] = /^bytes (?:\*|(\d+)-\d+)\/(\*|\d+)$/.exec(header) ?? [];
  if (total === undefined) throw new ApiError(400, 'Not a Content-Range');
  return {
    ...(start !== undefined && { start: Number(start) }),
    ...(total !== '*' && { total: Number(total) }),
  };
}
