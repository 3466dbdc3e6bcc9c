import { createRoute, z } from '@hono/zod-openapi';
import type { Deps } from '../../../deps.ts';
import { BY_IP } from '../../../services/auth/attempt-limits.ts';
import { requestPasswordReset } from '../../../services/auth/reset-password.ts';
import { limitAttemptsByIp } from '../../middleware/rate-limit.ts';
import { jsonBody } from '../../middleware/request-validation.ts';
import { type App, body, errors } from '../../openapi.ts';
import { emailSchema } from '../../schemas.ts';

const route = createRoute({
  method: 'post',
  path: '/api/v1/auth/reset-password',
  tags: ['auth'],
  summary: 'Ask for a mail to reset the password',
  middleware: [limitAttemptsByIp(BY_IP), jsonBody()] as const,
  request: { body: body(z.strictObject({ email: emailSchema })) },
  responses: {
    202: {
      description: 'A mail is on its way if the address has an account; the answer is the same if not.',
    },
    ...errors('invalid_request', 'payload_too_large', 'unsupported_media_type', 'rate_limited'),
  },
});

export const resetPasswordRoute = (app: App, deps: Deps) =>
  app.openapi(route, async (c) => {
    await requestPasswordReset(deps, c.var.store, c.req.valid('json').email);
    return c.body(null, 202);
  });
