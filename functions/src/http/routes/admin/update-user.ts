import { createRoute, z } from '@hono/zod-openapi';
import type { Deps } from '../../../deps.ts';
import { updateUser } from '../../../services/update-user.ts';
import { authenticate } from '../../middleware/authenticate.ts';
import { currentUser, requireAdmin } from '../../middleware/current-user.ts';
import { jsonBody } from '../../middleware/request-validation.ts';
import { type App, admin, answer, body, errors } from '../../openapi.ts';
import { toUser, userSchema } from '../../schemas.ts';

export const updateUserRoute = (app: App, deps: Deps) =>
  app.openapi(
    createRoute({
      method: 'patch',
      path: '/api/v1/admin/users/{uid}',
      tags: ['admin'],
      summary: 'Disable or enable a user, or set the tier (RFC 7396)',
      security: admin,
      middleware: [authenticate(deps, 'accessToken'), currentUser(), requireAdmin(), jsonBody()] as const,
      request: {
        params: z.object({ uid: z.string().min(1).max(128) }),
        body: body(
          z.strictObject({
            isActive: z.boolean().optional(),
            tier: z.enum(['free', 'pro', 'team']).optional(),
          }),
        ),
      },
      responses: {
        200: answer(userSchema, 'The user as it is now.'),
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
      return c.json(toUser(uid, await updateUser(deps, c.var.store, uid, c.req.valid('json'))), 200);
    },
  );
