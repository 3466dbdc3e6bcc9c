import { createRoute, z } from '@hono/zod-openapi';
import type { Deps } from '../../../deps.ts';
import { changePassword } from '../../../services/auth/change-password.ts';
import { authenticate } from '../../middleware/authenticate.ts';
import { currentUser } from '../../middleware/current-user.ts';
import { jsonBody } from '../../middleware/request-validation.ts';
import { type App, accepts, answer, body, errors } from '../../openapi.ts';
import { passwordSchema, sessionSchema, toSession } from '../../schemas.ts';

export const changePasswordRoute = (app: App, deps: Deps) =>
  app.openapi(
    createRoute({
      method: 'post',
      path: '/api/v1/auth/change-password',
      tags: ['auth'],
      summary: 'Change the password; ends all sessions and opens a new one',
      security: accepts('accessToken'),
      middleware: [authenticate(deps, 'accessToken'), currentUser(), jsonBody()] as const,
      request: {
        body: body(
          z.strictObject({ currentPassword: z.string().min(1).max(1024), newPassword: passwordSchema }),
        ),
      },
      responses: {
        200: answer(sessionSchema, 'A new session.'),
        ...errors(
          'invalid_request',
          'unauthenticated',
          'forbidden',
          'payload_too_large',
          'unsupported_media_type',
          'rate_limited',
        ),
      },
    }),
    async (c) => {
      const session = await changePassword(deps, c.var.store, c.var.principal, c.req.valid('json'));
      return c.json(toSession(session), 200);
    },
  );
