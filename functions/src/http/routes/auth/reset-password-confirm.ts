import { createRoute, z } from '@hono/zod-openapi';
import type { Deps } from '../../../deps.ts';
import { BY_IP } from '../../../services/auth/attempt-limits.ts';
import { confirmPasswordReset } from '../../../services/auth/reset-password.ts';
import { limitAttemptsByIp } from '../../middleware/rate-limit.ts';
import { jsonBody } from '../../middleware/request-validation.ts';
import { type App, body, errors } from '../../openapi.ts';
import { oobCodeSchema, passwordSchema } from '../../schemas.ts';

const route = createRoute({
  method: 'post',
  path: '/api/v1/auth/reset-password-confirm',
  tags: ['auth'],
  summary: 'Set a new password with the code from the mail; ends all sessions',
  middleware: [limitAttemptsByIp(BY_IP), jsonBody()] as const,
  request: { body: body(z.strictObject({ oobCode: oobCodeSchema, newPassword: passwordSchema })) },
  responses: {
    204: { description: 'The password is set.' },
    ...errors('invalid_request', 'payload_too_large', 'unsupported_media_type', 'rate_limited'),
  },
});

export const resetPasswordConfirmRoute = (app: App, deps: Deps) =>
  app.openapi(route, async (c) => {
    await confirmPasswordReset(deps, c.var.store, c.req.valid('json'));
    return c.body(null, 204);
  });
