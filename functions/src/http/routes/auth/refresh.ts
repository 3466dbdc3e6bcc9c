import { createRoute, z } from '@hono/zod-openapi';
import type { Deps } from '../../../deps.ts';
import { BY_IP } from '../../../services/auth/attempt-limits.ts';
import { refreshSession } from '../../../services/auth/refresh-session.ts';
import { limitAttemptsByIp } from '../../middleware/rate-limit.ts';
import { jsonBody } from '../../middleware/request-validation.ts';
import { type App, answer, body, errors } from '../../openapi.ts';
import { sessionSchema, toSession } from '../../schemas.ts';

const route = createRoute({
  method: 'post',
  path: '/api/v1/auth/refresh',
  tags: ['auth'],
  summary: 'Exchange a refresh token for a new access token',
  middleware: [limitAttemptsByIp(BY_IP), jsonBody()] as const,
  request: { body: body(z.strictObject({ refreshToken: z.string().min(1).max(4096) })) },
  responses: {
    200: answer(sessionSchema, 'The session, renewed.'),
    ...errors(
      'invalid_request',
      'unauthenticated',
      'payload_too_large',
      'unsupported_media_type',
      'rate_limited',
    ),
  },
});

export const refreshRoute = (app: App, deps: Deps) =>
  app.openapi(route, async (c) => {
    const { refreshToken } = c.req.valid('json');
    return c.json(toSession(await refreshSession(deps, c.var.store, refreshToken)), 200);
  });
