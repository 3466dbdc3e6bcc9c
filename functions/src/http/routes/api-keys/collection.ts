import { createRoute, z } from '@hono/zod-openapi';
import type { Deps } from '../../../deps.ts';
import { createApiKey } from '../../../services/api-keys/create-api-key.ts';
import { listApiKeys } from '../../../services/api-keys/list-api-keys.ts';
import { actorOf } from '../../actor.ts';
import { authenticate } from '../../middleware/authenticate.ts';
import { currentUser } from '../../middleware/current-user.ts';
import { jsonBody } from '../../middleware/request-validation.ts';
import { type App, accepts, answer, body, errors } from '../../openapi.ts';
import { pageQuery } from '../../schemas.ts';
import { apiKeySchema, createSchema, secretSchema, toApiKey, toNewChoices } from './schemas.ts';

const pageSchema = z
  .object({ items: z.array(apiKeySchema), nextCursor: z.string().optional() })
  .openapi('ApiKeyPage');

/** Keys are made and changed by people: with an access token, never with another key. */
export function apiKeysRoutes(app: App, deps: Deps): void {
  app.openapi(
    createRoute({
      method: 'get',
      path: '/api/v1/api-keys',
      tags: ['api-keys'],
      summary: 'List your API keys, the newest first',
      security: accepts('accessToken'),
      middleware: [authenticate(deps, 'accessToken'), currentUser()] as const,
      request: { query: pageQuery },
      responses: {
        200: answer(pageSchema, 'A page.'),
        ...errors('invalid_request', 'unauthenticated', 'forbidden'),
      },
    }),
    async (c) => {
      const { items, nextCursor } = await listApiKeys(c.var.store, c.var.principal.uid, c.req.valid('query'));
      const shown = items.map(({ id, data, usedAt }) => toApiKey(id, data, deps.now(), usedAt));
      return c.json({ items: shown, ...(nextCursor && { nextCursor }) }, 200);
    },
  );
  app.openapi(
    createRoute({
      method: 'post',
      path: '/api/v1/api-keys',
      tags: ['api-keys'],
      summary: 'Create an API key; its text is in this answer and nowhere else',
      security: accepts('accessToken'),
      middleware: [authenticate(deps, 'accessToken'), currentUser(), jsonBody()] as const,
      request: { body: body(createSchema) },
      responses: {
        201: answer(secretSchema, 'The key.'),
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
      const { uid } = c.var.principal;
      const choices = toNewChoices(c.req.valid('json'), deps.now());
      const { key, id, apiKey } = await createApiKey(deps, c.var.store, uid, choices, actorOf(c, uid));
      return c.json({ key, apiKey: toApiKey(id, apiKey, deps.now(), undefined) }, 201);
    },
  );
}
