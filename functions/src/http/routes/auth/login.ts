import { createRoute, z } from '@hono/zod-openapi';
import type { Deps } from '../../../deps.ts';
import { BY_IP } from '../../../services/auth/attempt-limits.ts';
import { logIn } from '../../../services/auth/log-in.ts';
import { limitAttemptsByIp } from '../../middleware/rate-limit.ts';
import { jsonBody } from '../../middleware/request-validation.ts';
import { type App, answer, body, errors } from '../../openapi.ts';
import { emailSchema, sessionSchema, toSession } from '../../schemas.ts';

const route = createRoute({
  method: 'post',
  path: '/api/v1/auth/login',
  tags: ['auth'],
  summary: 'Sign in',
  middleware: [limitAttemptsByIp(BY_IP), jsonBody()] as const,
  request: { body: body(z.strictObject({ email: emailSchema, password: z.string().min(1).max(1024) })) },
  responses: {
    200: answer(sessionSchema, 'A session.'),
    ...errors(
      'invalid_request',
      'unauthenticated',
      'payload_too_large',
      'unsupported_media_type',
      'rate_limited',
    ),
  },
});

export const loginRoute = (app: App, deps: Deps) =>
  app.openapi(route, async (c) =>
    c.json(toSession(await logIn(deps, c.var.store, c.req.valid('json'))), 200),
  );
