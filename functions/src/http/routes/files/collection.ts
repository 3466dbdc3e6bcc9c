import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { Deps } from '../../../deps.ts';
import { GatewayError } from '../../../domain/errors.ts';
import { MAX_DIRECT_BYTES, MAX_FILE_BYTES } from '../../../domain/files/limits.ts';
import { createUpload } from '../../../services/files/create-upload.ts';
import { listFiles } from '../../../services/files/list-files.ts';
import { storageUse } from '../../../services/files/quota.ts';
import { uploadFile } from '../../../services/files/upload-file.ts';
import { payerOf } from '../../../services/metered.ts';
import type { AppEnv } from '../../env.ts';
import { authenticate } from '../../middleware/authenticate.ts';
import { currentUserOrKey } from '../../middleware/current-user.ts';
import { jsonBody, MIB } from '../../middleware/request-validation.ts';
import { type App, accepts, answer, errors } from '../../openapi.ts';
import { pageQuery } from '../../schemas.ts';
import { expiresAtSchema, fileSchema, toFile } from './schemas.ts';
import { uploadContent } from './upload-content.ts';
import { valid } from './valid.ts';

const path = '/api/v1/files';
const pageSchema = z
  .object({ items: z.array(fileSchema), nextCursor: z.string().optional() })
  .openapi('FilePage');
const amountSchema = z.object({ bytes: z.int(), files: z.int() });
const quotaSchema = z.object({ used: amountSchema, quota: amountSchema }).openapi('StorageQuota');

const offerRequest = z
  .strictObject({
    name: z.string().min(1).max(1000),
    mediaType: z.string().min(1).max(200).openapi({ example: 'image/png' }),
    bytes: z.int().min(1).max(MAX_FILE_BYTES).openapi({ description: 'Exactly what will be sent.' }),
    expiresAt: expiresAtSchema.optional(),
  })
  .openapi('UploadRequest');
const offerSchema = z
  .object({
    file: fileSchema,
    upload: z.object({
      url: z.url().openapi({
        description: 'PUT the bytes here, whole or in chunks (Content-Range), without a credential.',
      }),
      expiresAt: z.iso.datetime(),
    }),
  })
  .openapi('UploadOffer');

const uploadErrors = errors(
  'invalid_request',
  'unauthenticated',
  'budget_exceeded',
  'forbidden',
  'conflict',
  'payload_too_large',
  'unsupported_media_type',
  'unprocessable',
  'rate_limited',
);

export function filesRoutes(app: App, deps: Deps): void {
  app.openapi(
    createRoute({
      method: 'get',
      path,
      tags: ['files'],
      summary: 'List your files, the newest first',
      security: accepts('accessToken', 'apiKey:files:read'),
      middleware: [authenticate(deps, 'accessToken', 'apiKey:files:read'), currentUserOrKey()] as const,
      request: { query: pageQuery },
      responses: {
        200: answer(pageSchema, 'A page.'),
        ...errors('invalid_request', 'unauthenticated', 'forbidden'),
      },
    }),
    async (c) => {
      const { items, nextCursor } = await listFiles(c.var.store, c.var.principal.uid, c.req.valid('query'));
      return c.json({ items: items.map(toFile), ...(nextCursor && { nextCursor }) }, 200);
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: `${path}/quota`,
      tags: ['files'],
      summary: 'What your files take, and what they may take',
      security: accepts('accessToken', 'apiKey:files:read'),
      middleware: [authenticate(deps, 'accessToken', 'apiKey:files:read'), currentUserOrKey()] as const,
      responses: {
        200: answer(quotaSchema, 'Reserved room counts.'),
        ...errors('unauthenticated', 'forbidden'),
      },
    }),
    async (c) => c.json(await storageUse(c.var.store, c.var.principal.uid), 200),
  );

  // Its body is a file, or a form with one: nothing may read it before it is checked on its way.
  app.openAPIRegistry.registerPath({
    method: 'post',
    path,
    tags: ['files'],
    summary: 'Upload a file; with uploadType=resumable, make room for one that goes straight to Storage',
    description: `Up to ${MAX_DIRECT_BYTES / MIB} MiB come with the request, as they are or as a form; up to ${MAX_FILE_BYTES / MIB} MiB go to Storage: ask with \`uploadType=resumable\` and JSON, PUT the bytes to \`upload.url\`, then POST files/{id}/complete.`,
    security: accepts('accessToken', 'apiKey:files:write'),
    request: {
      query: z.object({
        uploadType: z.enum(['media', 'resumable']).optional(),
        name: z.string().optional(),
        expiresAt: z.iso.datetime({ offset: true }).optional(),
      }),
      body: {
        required: true,
        content: {
          'multipart/form-data': {
            schema: z.object({
              name: z.string().optional(),
              expiresAt: z.iso.datetime({ offset: true }).optional(),
              file: z.string().openapi({ format: 'binary', description: 'The last part.' }),
            }),
          },
          'application/json': { schema: offerRequest },
          'application/octet-stream': { schema: z.string().openapi({ format: 'binary' }) },
        },
      },
    },
    responses: {
      201: answer(z.union([fileSchema, offerSchema]), 'The file; with uploadType=resumable an UploadOffer.'),
      ...uploadErrors,
    },
  });
  app.post(path, authenticate(deps, 'accessToken', 'apiKey:files:write'), currentUserOrKey(), async (c) => {
    const files = { ...deps, store: c.var.store };
    const { uploadType = 'media' } = c.req.query();
    if (uploadType === 'resumable') {
      const wanted = await offered(c);
      const offer = await createUpload(files, c.var.principal.uid, wanted, c.req.header('origin'));
      const upload = { url: offer.url, expiresAt: new Date(offer.expiresAt).toISOString() };
      return c.json({ file: toFile(offer.file), upload }, 201);
    }
    if (uploadType !== 'media')
      throw new GatewayError('invalid_request', 'uploadType: must be media or resumable.');
    const payer = payerOf(c.var.principal, c.var.requestId, 'files');
    return c.json(toFile(await uploadFile(files, payer, await uploadContent(c))), 201);
  });
}

/** What a resumable upload is asked for with: JSON, unlike the files themselves. */
async function offered<E extends AppEnv>(c: Context<E>): Promise<z.output<typeof offerRequest>> {
  await jsonBody()(c as unknown as Context<AppEnv>, async () => undefined);
  return valid(offerRequest, await c.req.json());
}
