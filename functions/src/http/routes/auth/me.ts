import { createRoute } from '@hono/zod-openapi';
import type { Deps } from '../../../deps.ts';
import { authenticate } from '../../middleware/authenticate.ts';
import { currentUser } from '../../middleware/current-user.ts';
import { type App, accepts, answer, errors } from '../../openapi.ts';
import { toUser, userSchema } from '../../schemas.ts';

export const meRoute = (app: App, deps: Deps) =>
  app.openapi(
    createRoute({
      method: 'get',
      path: '/api/v1/auth/me',
      tags: ['auth'],
      summary: 'Who is signed in',
      security: accepts('accessToken'),
      middleware: [authenticate(deps, 'accessToken'), currentUser()] as const,
      responses: { 200: answer(userSchema, 'The user.'), ...errors('unauthenticated', 'forbidden') },
    }),
    (c) => c.json(toUser(c.var.principal.uid, c.var.user), 200),
  );
