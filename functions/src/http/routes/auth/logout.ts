import { createRoute } from '@hono/zod-openapi';
import type { Deps } from '../../../deps.ts';
import { endSessions } from '../../../services/auth/end-sessions.ts';
import { authenticate } from '../../middleware/authenticate.ts';
import { currentUser } from '../../middleware/current-user.ts';
import { type App, accepts, errors } from '../../openapi.ts';

export const logoutRoute = (app: App, deps: Deps) =>
  app.openapi(
    createRoute({
      method: 'post',
      path: '/api/v1/auth/logout',
      tags: ['auth'],
      summary: 'End all sessions of the user, on every device',
      security: accepts('accessToken'),
      middleware: [authenticate(deps, 'accessToken'), currentUser()] as const,
      responses: {
        204: {
          description:
            'Access, refresh and client tokens from before now are refused from the next request on.',
        },
        ...errors('unauthenticated', 'forbidden'),
      },
    }),
    async (c) => {
      await endSessions(deps, c.var.store, c.var.principal.uid);
      return c.body(null, 204);
    },
  );
