import { createRoute, z } from '@hono/zod-openapi';
import type { Deps } from '../../../deps.ts';
import { BY_IP } from '../../../services/auth/attempt-limits.ts';
import { confirmEmailVerification } from '../../../services/auth/verify-email.ts';
import { limitAttemptsByIp } from '../../middleware/rate-limit.ts';
import { jsonBody } from '../../middleware/request-validation.ts';
import { type App, body, errors } from '../../openapi.ts';
import { oobCodeSchema } from '../../schemas.ts';

const route = createRoute({
  method: 'post',
  path: '/api/v1/auth/verify-email-confirm',
  tags: ['auth'],
  summary: 'Verify the email address with the code from the mail',
  middleware: [limitAttemptsByIp(BY_IP), jsonBody()] as const,
  request: { body: body(z.strictObject({ oobCode: oobCodeSchema })) },
  responses: {
    204: { description: 'The address is verified.' },
    ...errors('invalid_request', 'payload_too_large', 'unsupported_media_type', 'rate_limited'),
  },
});

export const verifyEmailConfirmRoute = (app: App, deps: Deps) =>
  app.openapi(route, async (c) => {
    await confirmEmailVerification(deps, c.var.store, c.req.valid('json').oobCode);
    return c.body(null, 204);
  });
