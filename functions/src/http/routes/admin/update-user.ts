import { createRoute, z } from '@hono/zod-openapi';
import type { Deps } from '../../../deps.ts';
import { updateUser } from '../../../services/update-user.ts';
import { authenticate } from '../../middleware/authenticate.ts';
import { currentUser, requireAdmin } from '../../middleware/current-user.ts';
import { jsonBody } from '../../middleware/request-validation.ts';
import { type App, admin, answer, body, errors } from '../../openapi.ts';
import { adminUserSchema, toAdminUser, toPatch, userPatchSchema } from './user-schemas.ts';

export const updateUserRoute = (app: App, deps: Deps) =>
  app.openapi(
    createRoute({
      method: 'patch',
      path: '/api/v1/admin/users/{uid}',
      tags: ['admin'],
      summary: 'Disable or enable a user, set the tier or limits of their own (RFC 7396)',
      security: admin,
      middleware: [authenticate(deps, 'accessToken'), currentUser(), requireAdmin(), jsonBody()] as const,
      request: {
        params: z.object({ uid: z.string().min(1).max(128) }),
        body: body(userPatchSchema),
      },
      responses: {
        200: answer(adminUserSchema, 'The user as it is now.'),
        ...errors(
          'invalid_request',
          'unauthenticated',
          'forbidden',
          'not_found',
          'payload_too_large',
          'unsupported_media_type',
        ),
      },
    }),
    async (c) => {
      const { uid } = c.req.valid('param');
      return c.json(
        toAdminUser(uid, await updateUser(deps, c.var.store, uid, toPatch(c.req.valid('json')))),
        200,
      );
    },
  );
