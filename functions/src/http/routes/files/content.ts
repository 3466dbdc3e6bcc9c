import type { Readable } from 'node:stream';
import { createRoute, z } from '@hono/zod-openapi';
import { createMiddleware } from 'hono/factory';
import type { Deps } from '../../../deps.ts';
import { GatewayError } from '../../../domain/errors.ts';
import type { MediaTypeName } from '../../../domain/files/media-types.ts';
import { verifyUrl } from '../../../domain/files/signed-url.ts';
import { dispositionOf, expiryOf, storageUrl } from '../../../services/files/download-url.ts';
import { headersOf } from '../../../services/files/fill-file.ts';
import { openFile } from '../../../services/files/open-file.ts';
import { fileRef } from '../../../store/files.ts';
import type { AppEnv } from '../../env.ts';
import { authenticate } from '../../middleware/authenticate.ts';
import { currentUserOrKey } from '../../middleware/current-user.ts';
import { type App, accepts, errors } from '../../openapi.ts';
import { byteRange } from './byte-range.ts';
import { fileParams as params } from './schemas.ts';

/** More than a function streams; beyond it Storage gives the file out itself, where its URLs can be signed. */
const MOST_STREAMED = 10 * 1024 * 1024;
const REDIRECT_SECONDS = 300;

const query = z.object({
  disposition: z.enum(['inline', 'attachment']).default('attachment'),
  expires: z.coerce.number().int().optional().openapi({ description: 'Of a signed URL.' }),
  signature: z
    .string()
    .max(100)
    .optional()
    .openapi({ description: 'Of a signed URL; no credential is needed then.' }),
});

type Owned = AppEnv & { Variables: { owner: string } };

/** Who may have the content: whoever has a credential of the owner's, or a URL that was signed for it. */
const ownerOrSigned = (deps: Deps) => {
  const signedIn = authenticate(deps, 'accessToken', 'apiKey:files:read');
  const current = currentUserOrKey();
  return createMiddleware<Owned>(async (c, next) => {
    const { signature, expires, disposition } = c.req.query();
    if (signature === undefined) {
      type Known = Parameters<typeof current>[0];
      return signedIn(c as unknown as Parameters<typeof signedIn>[0], async () => {
        const known = c as unknown as Known;
        c.set('owner', known.get('principal').uid);
        await current(known, next);
      });
    }
    const fileId = c.req.param('id') ?? '';
    const grant = {
      fileId,
      disposition: disposition === 'inline' ? ('inline' as const) : ('attachment' as const),
      expires: Number(expires),
    };
    verifyUrl(deps.config.clientTokenSecrets, grant, signature, deps.now());
    const store = c.get('store');
    const found = await store.get(fileRef(store.firestore, fileId));
    if (!found) throw new GatewayError('not_found', 'There is no such file.');
    c.set('owner', found.data.userId);
    return next();
  });
};

export function fileContentRoute(app: App, deps: Deps): void {
  app.openapi(
    createRoute({
      method: 'get',
      path: '/api/v1/files/{id}/content',
      tags: ['files'],
      summary: 'Download a file, or a range of it',
      security: accepts('accessToken', 'apiKey:files:read'),
      middleware: [ownerOrSigned(deps)] as const,
      request: { params, query },
      responses: {
        200: {
          description: 'The content.',
          content: { 'application/octet-stream': { schema: z.string().openapi({ format: 'binary' }) } },
        },
        206: { description: 'A range of it; a range that it does not have is a 416, without a body.' },
        302: { description: 'A large file: Storage gives it out, at a URL that is good for five minutes.' },
        304: { description: 'You have it (If-None-Match).' },
        ...errors('invalid_request', 'unauthenticated', 'forbidden', 'not_found', 'conflict'),
      },
    }),
    async (c) => {
      const { id } = c.req.valid('param');
      const { disposition } = c.req.valid('query');
      const files = { store: c.var.store, bucket: deps.bucket };
      const { record, stream } = await openFile(files, c.var.owner, id);
      const type = record.mediaType as MediaTypeName;
      const etag = `"${record.sha256}"`;
      const headers = {
        'Accept-Ranges': 'bytes',
        'Cache-Control': 'private, max-age=300',
        'Content-Disposition': dispositionOf(record.name, type, disposition),
        'Content-Type': headersOf(record.name, type).contentType,
        ETag: etag,
        'Last-Modified': new Date(record.createdAt).toUTCString(),
      };
      for (const [name, value] of Object.entries(headers)) c.header(name, value);
      if (
        c.req
          .header('if-none-match')
          ?.split(/\s*,\s*/)
          .some((tag) => tag.replace(/^W\//, '') === etag || tag === '*')
      )
        return c.body(null, 304);
      const ranged = c.req.header('if-range') === undefined || c.req.header('if-range') === etag;
      const range = ranged ? byteRange(c.req.header('range'), record.bytes) : undefined;
      if (range === 'unsatisfiable') {
        c.header('Content-Range', `bytes */${record.bytes}`);
        return c.body(null, 416);
      }
      const length = range ? range.end - range.start + 1 : record.bytes;
      const isHead = c.req.method === 'HEAD';
      if (length > MOST_STREAMED && !isHead) {
        const expires = expiryOf(record, deps.now(), REDIRECT_SECONDS);
        const url = await storageUrl(files, record, { disposition, expires });
        if (url !== undefined) return c.redirect(url, 302);
      }
      c.header('Content-Length', String(length));
      if (range) c.header('Content-Range', `bytes ${range.start}-${range.end}/${record.bytes}`);
      const status = range ? 206 : 200;
      // Nobody would read what is opened for a HEAD.
      return isHead ? c.body(null, status) : c.body(await opened(stream(range)), status);
    },
  );
}

/** The stream as a body, once its first bytes are there: until then an error still has its status. */
async function opened(source: Readable): Promise<ReadableStream<Uint8Array>> {
  const chunks = source[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  const first = await chunks.next();
  return new ReadableStream(
    {
      async pull(controller) {
        const { value, done } = await chunks.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      start(controller) {
        if (first.done) controller.close();
        else controller.enqueue(first.value);
      },
      cancel() {
        source.destroy();
      },
    },
    { highWaterMark: 1 },
  );
}
