import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { ApiError, rangeOf, readJson, sendError, sendJson } from './http.ts';
import { readRelated } from './multipart.ts';
import { type ObjectMetadata, ObjectStore, type StoredObject } from './objects.ts';
import { assertGeneration } from './preconditions.ts';
import { ResumableUploads } from './resumable.ts';

/** What `GET /` answers, so that a launcher knows whom it has found. */
export const INTRODUCTION = { firegateStorage: true };

/**
 * A local Cloud Storage: the part of its JSON API that @google-cloud/storage uses, on a folder.
 * https://cloud.google.com/storage/docs/json_api
 */
export function createStorageServer(directory: string): Server {
  const objects = new ObjectStore(directory);
  const uploads = new ResumableUploads(objects);
  return createServer((request, response) => {
    handle(objects, uploads, request, response).catch((error: unknown) => sendError(response, error));
  });
}

async function handle(
  objects: ObjectStore,
  uploads: ResumableUploads,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', `http://${request.headers.host}`);
  const path = url.pathname.replace(/^\/storage\/v1/, '');
  const query = url.searchParams;
  if (path === '/') return sendJson(response, 200, INTRODUCTION);

  const upload = /^\/(?:resumable\/)?upload\/storage\/v1\/b\/([^/]+)\/o$/.exec(path);
  if (upload) return takeUpload(decodeURIComponent(upload[1] as string));
  const copied = /^\/b\/([^/]+)\/o\/([^/]+)\/(?:rewriteTo|copyTo)\/b\/([^/]+)\/o\/([^/]+)$/.exec(path);
  if (copied) return copy(copied.slice(1).map(decodeURIComponent));
  const one = /^\/(?:download\/storage\/v1\/)?b\/([^/]+)\/o\/([^/]+)$/.exec(path);
  if (one) return useObject(decodeURIComponent(one[1] as string), decodeURIComponent(one[2] as string));
  const all = /^\/b\/([^/]+)\/o$/.exec(path);
  if (all && request.method === 'GET') return list(decodeURIComponent(all[1] as string));
  throw new ApiError(501, `Not here: ${request.method} ${path}`);

  async function takeUpload(bucket: string): Promise<void> {
    const id = query.get('upload_id');
    if (id !== null) return continueUpload(id);
    const ifGenerationMatch = query.get('ifGenerationMatch');
    const named = (metadata: Record<string, unknown>): string => {
      const name = query.get('name') ?? metadata['name'];
      if (typeof name !== 'string' || name === '') throw new ApiError(400, 'Required parameter: name');
      return name;
    };
    const type = query.get('uploadType');
    if (type === 'resumable') {
      const metadata = await readJson<Record<string, unknown>>(request);
      const bytes = request.headers['x-upload-content-length'];
      const contentType = request.headers['x-upload-content-type'];
      const session = uploads.start({
        bucket,
        name: named(metadata),
        metadata: {
          ...metadataOf(metadata),
          ...(typeof contentType === 'string' && { contentType }),
        },
        bytes: typeof bytes === 'string' ? Number(bytes) : undefined,
        ifGenerationMatch,
        origin: request.headers.origin,
      });
      query.set('upload_id', session);
      response.writeHead(200, { Location: url.href, 'Content-Length': 0 });
      response.end();
      return;
    }
    const staged = objects.stage();
    try {
      const header = request.headers['content-type'] ?? '';
      const { metadata, contentType, content } =
        type === 'multipart'
          ? await readRelated(header, request)
          : { metadata: {}, contentType: header || undefined, content: request };
      await objects.append(staged, content);
      const name = named(metadata);
      assertGeneration(objects.find(bucket, name), ifGenerationMatch);
      const said = { ...(contentType && { contentType }), ...metadataOf(metadata) };
      sendJson(response, 200, await objects.commit(bucket, name, staged, said));
    } finally {
      objects.discard(staged);
    }
  }

  async function continueUpload(id: string): Promise<void> {
    const { origin } = request.headers;
    if (origin !== undefined && origin === uploads.originOf(id)) {
      response.setHeader('Access-Control-Allow-Origin', origin);
      response.setHeader('Access-Control-Allow-Methods', 'PUT, DELETE');
      response.setHeader('Access-Control-Allow-Headers', 'Content-Type, Content-Range');
      response.setHeader('Access-Control-Expose-Headers', 'Range');
    }
    if (request.method === 'OPTIONS') {
      response.writeHead(204);
      response.end();
    } else if (request.method === 'DELETE') {
      uploads.cancel(id);
      response.writeHead(499);
      response.end();
    } else {
      await uploads.put(id, request, response);
    }
  }

  async function copy([fromBucket, from, toBucket, to]: string[]): Promise<void> {
    const said = metadataOf(await readJson<Record<string, unknown>>(request));
    const source = found(fromBucket as string, from as string, query.get('sourceGeneration'));
    const staged = objects.stage();
    await objects.append(staged, objects.read(source));
    const metadata = { ...metadataOf(source), ...said };
    const resource = await objects.commit(toBucket as string, to as string, staged, metadata);
    const { size } = resource;
    sendJson(
      response,
      200,
      path.includes('/copyTo/')
        ? resource
        : {
            kind: 'storage#rewriteResponse',
            totalBytesRewritten: size,
            objectSize: size,
            done: true,
            resource,
          },
    );
  }

  async function useObject(bucket: string, name: string): Promise<void> {
    const object = found(bucket, name, query.get('generation'));
    assertGeneration(object, query.get('ifGenerationMatch'));
    if (request.method === 'DELETE') {
      objects.delete(bucket, name);
      response.writeHead(204);
      response.end();
    } else if (request.method !== 'GET') {
      throw new ApiError(501, `Not here: ${request.method} ${path}`);
    } else if (query.get('alt') === 'media') {
      await download(object);
    } else {
      sendJson(response, 200, object);
    }
  }

  async function download(object: StoredObject): Promise<void> {
    const size = Number(object.size);
    const range = rangeOf(request.headers.range, size);
    if (range === 'unsatisfiable') throw new ApiError(416, 'Request range not satisfiable');
    const { start, end } = range ?? { start: 0, end: size - 1 };
    response.writeHead(range ? 206 : 200, {
      'Content-Type': object.contentType ?? 'application/octet-stream',
      'Content-Length': end - start + 1,
      ...(range && { 'Content-Range': `bytes ${start}-${end}/${size}` }),
      ...(object.contentDisposition && { 'Content-Disposition': object.contentDisposition }),
      ...(object.cacheControl && { 'Cache-Control': object.cacheControl }),
      'Accept-Ranges': 'bytes',
      ETag: `"${object.etag}"`,
      'X-Goog-Generation': object.generation,
      'X-Goog-Hash': `crc32c=${object.crc32c},md5=${object.md5Hash}`,
      'X-Goog-Stored-Content-Length': object.size,
      'X-Goog-Stored-Content-Encoding': 'identity',
    });
    if (size === 0) response.end();
    else await pipeline(objects.read(object, range), response);
  }

  function found(bucket: string, name: string, generation: string | null): StoredObject {
    const object = objects.find(bucket, name);
    if (!object || (generation !== null && generation !== object.generation))
      throw new ApiError(404, `No such object: ${bucket}/${name}`);
    return object;
  }

  function list(bucket: string): void {
    const most = Number(query.get('maxResults') ?? 1000);
    const after = query.get('pageToken') ?? '';
    const rest = objects.list(bucket, query.get('prefix') ?? '').filter(({ name }) => name > after);
    const items = rest.slice(0, most);
    const last = items.at(-1);
    sendJson(response, 200, {
      kind: 'storage#objects',
      ...(items.length > 0 && { items }),
      ...(rest.length > most && last && { nextPageToken: last.name }),
    });
  }
}

/** What of a request's JSON, or of an object, is its metadata. */
function metadataOf(from: object): ObjectMetadata {
  const { contentType, contentDisposition, cacheControl, metadata } = from as ObjectMetadata;
  return {
    ...(typeof contentType === 'string' && { contentType }),
    ...(typeof contentDisposition === 'string' && { contentDisposition }),
    ...(typeof cacheControl === 'string' && { cacheControl }),
    ...(metadata && typeof metadata === 'object' && { metadata }),
  };
}
