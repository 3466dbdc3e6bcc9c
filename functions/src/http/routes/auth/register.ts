import { createRoute, z } from '@hono/zod-openapi';
import type { Deps } from '../../../deps.ts';
import { BY_IP } from '../../../services/auth/attempt-limits.ts';
import { register } from '../../../services/auth/register.ts';
import { limitAttemptsByIp } from '../../middleware/rate-limit.ts';
import { jsonBody } from '../../middleware/request-validation.ts';
import { type App, answer, body, errors } from '../../openapi.ts';
import { emailSchema, passwordSchema, sessionSchema, toSession } from '../../schemas.ts';

const route = createRoute({
  method: 'post',
  path: '/api/v1/auth/register',
  tags: ['auth'],
  summary: 'Create an account with an email address and a password',
  middleware: [limitAttemptsByIp(BY_IP), jsonBody()] as const,
  request: {
    body: body(
      z.strictObject({
        email: emailSchema,
        password: passwordSchema,
        displayName: z.string().trim().min(1).max(100).optional(),
      }),
    ),
  },
  responses: {
    201: answer(sessionSchema, 'The account, signed in.'),
    ...errors('invalid_request', 'conflict', 'payload_too_large', 'unsupported_media_type', 'rate_limited'),
  },
});

export const registerRoute = (app: App, deps: Deps) =>
  app.openapi(route, async (c) =>
    c.json(toSession(await register(deps, c.var.store, c.req.valid('json'))), 201),
  );
