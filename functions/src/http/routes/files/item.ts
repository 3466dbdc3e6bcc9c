import { createRoute, z } from '@hono/zod-openapi';
import type { Deps } from '../../../deps.ts';
import { URL_TTL } from '../../../domain/files/signed-url.ts';
import { completeUpload } from '../../../services/files/complete-upload.ts';
import { deleteFile } from '../../../services/files/delete-file.ts';
import { downloadUrl } from '../../../services/files/download-url.ts';
import { findFile, toRecord } from '../../../services/files/record.ts';
import { payerOf } from '../../../services/metered.ts';
import { authenticate } from '../../middleware/authenticate.ts';
import { currentUserOrKey } from '../../middleware/current-user.ts';
import { jsonBody } from '../../middleware/request-validation.ts';
import { type App, accepts, answer, body, errors } from '../../openapi.ts';
import { fileSchema, fileParams as params, toFile } from './schemas.ts';

const path = '/api/v1/files/{id}';
const tags = ['files'];
const urlSchema = z.object({ url: z.url(), expiresAt: z.iso.datetime() }).openapi('DownloadUrl');

export function fileRoutes(app: App, deps: Deps): void {
  const readers = accepts('accessToken', 'apiKey:files:read');
  const writers = accepts('accessToken', 'apiKey:files:write');
  const mayRead = authenticate(deps, 'accessToken', 'apiKey:files:read');
  const mayWrite = authenticate(deps, 'accessToken', 'apiKey:files:write');

  app.openapi(
    createRoute({
      method: 'get',
      path,
      tags,
      summary: 'Read what is known of a file',
      security: readers,
      middleware: [mayRead, currentUserOrKey()] as const,
      request: { params },
      responses: {
        200: answer(fileSchema, 'The file.'),
        ...errors('unauthenticated', 'forbidden', 'not_found'),
      },
    }),
    async (c) => {
      const { id } = c.req.valid('param');
      const { data } = await findFile(c.var.store, c.var.principal.uid, id);
      return c.json(toFile(toRecord(id, data)), 200);
    },
  );

  app.openapi(
    createRoute({
      method: 'delete',
      path,
      tags,
      summary: 'Delete a file, or an upload that is under way',
      security: writers,
      middleware: [mayWrite, currentUserOrKey()] as const,
      request: { params },
      responses: {
        204: { description: 'Gone, its content as well.' },
        ...errors('unauthenticated', 'forbidden', 'not_found'),
      },
    }),
    async (c) => {
      const { id } = c.req.valid('param');
      await deleteFile({ store: c.var.store, bucket: deps.bucket }, c.var.principal.uid, id);
      return c.body(null, 204);
    },
  );

  app.openapi(
    createRoute({
      method: 'post',
      path: `${path}/complete`,
      tags,
      summary: 'Check what was sent straight to Storage and make it a file',
      security: writers,
      middleware: [mayWrite, currentUserOrKey(), jsonBody()] as const,
      request: {
        params,
        body: body(
          z.strictObject({
            crc32c: z
              .string()
              .regex(/^[A-Za-z0-9+/]{6}==$/)
              .optional()
              .openapi({ description: 'Of what was sent: base64, big-endian.' }),
          }),
        ),
      },
      responses: {
        200: answer(fileSchema, 'The file; the same again where it was completed before.'),
        ...errors(
          'invalid_request',
          'unauthenticated',
          'budget_exceeded',
          'forbidden',
          'not_found',
          'conflict',
          'payload_too_large',
          'unsupported_media_type',
          'unprocessable',
          'rate_limited',
        ),
      },
    }),
    async (c) => {
      const payer = payerOf(c.var.principal, c.var.requestId, 'files/complete');
      const { id } = c.req.valid('param');
      const file = await completeUpload(
        { ...deps, store: c.var.store },
        payer,
        id,
        c.req.valid('json').crc32c,
      );
      return c.json(toFile(file), 200);
    },
  );

  app.openapi(
    createRoute({
      method: 'post',
      path: `${path}/download-url`,
      tags,
      summary: 'A URL that gives out a file for a while to whoever has it',
      security: readers,
      middleware: [mayRead, currentUserOrKey(), jsonBody()] as const,
      request: {
        params,
        body: body(
          z.strictObject({
            ttlSeconds: z.int().min(URL_TTL.min).max(URL_TTL.max).default(URL_TTL.default),
            disposition: z
              .enum(['inline', 'attachment'])
              .default('attachment')
              .openapi({ description: '`inline` for images, video and audio in a page.' }),
          }),
        ),
      },
      responses: {
        200: answer(urlSchema, 'The URL.'),
        ...errors(
          'invalid_request',
          'unauthenticated',
          'forbidden',
          'not_found',
          'conflict',
          'payload_too_large',
          'unsupported_media_type',
        ),
      },
    }),
    async (c) => {
      const { id } = c.req.valid('param');
      const { url, expiresAt } = await downloadUrl(
        { store: c.var.store, bucket: deps.bucket, config: deps.config },
        c.var.principal.uid,
        id,
        c.req.valid('json'),
      );
      return c.json({ url, expiresAt: new Date(expiresAt).toISOString() }, 200);
    },
  );
}
