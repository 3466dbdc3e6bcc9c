import { createRoute } from '@hono/zod-openapi';
import type { Deps } from '../../../deps.ts';
import { sendVerificationMail } from '../../../services/auth/verify-email.ts';
import { authenticate, bearerToken } from '../../middleware/authenticate.ts';
import { currentUser } from '../../middleware/current-user.ts';
import { type App, accepts, errors } from '../../openapi.ts';

export const verifyEmailRoute = (app: App, deps: Deps) =>
  app.openapi(
    createRoute({
      method: 'post',
      path: '/api/v1/auth/verify-email',
      tags: ['auth'],
      summary: 'Ask for a mail to verify the email address',
      security: accepts('accessToken'),
      middleware: [authenticate(deps, 'accessToken'), currentUser()] as const,
      responses: {
        202: { description: 'A mail is on its way.' },
        ...errors('invalid_request', 'unauthenticated', 'forbidden', 'conflict', 'rate_limited'),
      },
    }),
    async (c) => {
      await sendVerificationMail(
        deps,
        c.var.store,
        c.var.principal,
        bearerToken(c.req.header('authorization')),
      );
      return c.body(null, 202);
    },
  );
