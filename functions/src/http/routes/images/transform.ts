import { createRoute, z } from '@hono/zod-openapi';
import type { Deps } from '../../../deps.ts';
import { MEDIA_TYPE } from '../../../domain/images/operations.ts';
import { describeImage } from '../../../services/images/describe-image.ts';
import { transformImage } from '../../../services/images/transform-image.ts';
import { payerOf } from '../../../services/metered.ts';
import { authenticate } from '../../middleware/authenticate.ts';
import { currentUserOrKey } from '../../middleware/current-user.ts';
import { jsonBody } from '../../middleware/request-validation.ts';
import { type App, accepts, answer, body, errors } from '../../openapi.ts';
import { fileSchema, toFile } from '../files/schemas.ts';
import { fileIdSchema, imageInfoSchema, transformBodySchema } from './schemas.ts';

const tags = ['images'];
const security = accepts('accessToken', 'apiKey:images');

/** `images/transform`: changes a stored picture, and keeps the result as another file. */
export const transformRoute = (app: App, deps: Deps) =>
  app.openapi(
    createRoute({
      method: 'post',
      path: '/api/v1/images/transform',
      tags,
      summary: 'Change a stored picture',
      description:
        'The result is another file: upright, in sRGB, and without the metadata of the first (place, camera, thumbnail).',
      security,
      middleware: [
        authenticate(deps, 'accessToken', 'apiKey:images'),
        currentUserOrKey(),
        jsonBody(),
      ] as const,
      request: { body: body(transformBodySchema) },
      responses: {
        201: answer(fileSchema, 'The file that was made.'),
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
          'unavailable',
        ),
      },
    }),
    async (c) => {
      const payer = payerOf(c.var.principal, c.var.requestId, 'images/transform');
      const files = { ...deps, store: c.var.store };
      return c.json(toFile(await transformImage(files, payer, c.req.valid('json'))), 201);
    },
  );

/** `images/{id}`: what a picture's header says. */
export const imageInfoRoute = (app: App, deps: Deps) =>
  app.openapi(
    createRoute({
      method: 'get',
      path: '/api/v1/images/{id}',
      tags,
      summary: 'Read what is known of a stored picture',
      security,
      middleware: [authenticate(deps, 'accessToken', 'apiKey:images'), currentUserOrKey()] as const,
      request: { params: z.object({ id: fileIdSchema }) },
      responses: {
        200: answer(imageInfoSchema, 'By its header; nothing is decoded.'),
        ...errors(
          'invalid_request',
          'unauthenticated',
          'forbidden',
          'not_found',
          'conflict',
          'payload_too_large',
          'unsupported_media_type',
          'unprocessable',
        ),
      },
    }),
    async (c) => {
      const { id } = c.req.valid('param');
      const { info, record } = await describeImage(
        { store: c.var.store, bucket: deps.bucket },
        c.var.principal.uid,
        id,
      );
      return c.json({ ...info, mediaType: MEDIA_TYPE[info.format], bytes: record.bytes }, 200);
    },
  );
