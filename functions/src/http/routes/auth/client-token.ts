import { createRoute, z } from '@hono/zod-openapi';
import type { Deps } from '../../../deps.ts';
import { CLIENT_TOKEN_TTL } from '../../../domain/client-token.ts';
import { ENABLED_PROVIDERS } from '../../../providers/enabled.ts';
import { issueClientToken } from '../../../services/auth/issue-client-token.ts';
import { authenticate } from '../../middleware/authenticate.ts';
import { currentUser } from '../../middleware/current-user.ts';
import { jsonBody } from '../../middleware/request-validation.ts';
import { type App, accepts, answer, body, errors } from '../../openapi.ts';

const requestSchema = z.strictObject({
  providers: z.array(z.enum(ENABLED_PROVIDERS)).min(1).optional(),
  models: z.array(z.string().min(1).max(200)).min(1).max(100).optional(),
  maxOutputTokens: z.int().positive().max(10_000_000).optional(),
  ttlSeconds: z
    .int()
    .min(1)
    .max(CLIENT_TOKEN_TTL.max)
    .optional()
    .openapi({ default: CLIENT_TOKEN_TTL.default }),
});

const answerSchema = z
  .object({ clientToken: z.string(), expiresAt: z.iso.datetime() })
  .openapi('ClientToken');

export const clientTokenRoute = (app: App, deps: Deps) =>
  app.openapi(
    createRoute({
      method: 'post',
      path: '/api/v1/auth/client-token',
      tags: ['auth'],
      summary: 'Get a token of minutes for the proxy functions, bound to providers, models and output size',
      security: accepts('accessToken'),
      middleware: [authenticate(deps, 'accessToken'), currentUser(), jsonBody()] as const,
      request: { body: body(requestSchema) },
      responses: {
        200: answer(answerSchema, 'The token.'),
        ...errors(
          'invalid_request',
          'unauthenticated',
          'forbidden',
          'payload_too_large',
          'unsupported_media_type',
        ),
      },
    }),
    async (c) => {
      const { clientToken, expiresAt } = await issueClientToken(deps, c.var.principal, c.req.valid('json'));
      return c.json({ clientToken, expiresAt: expiresAt.toISOString() }, 200);
    },
  );
