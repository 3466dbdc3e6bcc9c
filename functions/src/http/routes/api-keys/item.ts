import { createRoute, z } from '@hono/zod-openapi';
import type { Deps } from '../../../deps.ts';
import { findKey } from '../../../services/api-keys/commit-change.ts';
import { lastUseOfKeys } from '../../../services/api-keys/last-use.ts';
import { revokeApiKey } from '../../../services/api-keys/revoke-api-key.ts';
import { rotateApiKey } from '../../../services/api-keys/rotate-api-key.ts';
import { updateApiKey } from '../../../services/api-keys/update-api-key.ts';
import { actorOf } from '../../actor.ts';
import { authenticate } from '../../middleware/authenticate.ts';
import { currentUser } from '../../middleware/current-user.ts';
import { jsonBody } from '../../middleware/request-validation.ts';
import { type App, accepts, answer, body, errors } from '../../openapi.ts';
import { apiKeySchema, graceSchema, patchSchema, secretSchema, toApiKey, toPatch } from './schemas.ts';

const path = '/api/v1/api-keys/{keyId}';
const params = z.object({ keyId: z.string().min(1).max(100) });
const documented = { tags: ['api-keys'], security: accepts('accessToken') };
const bodyErrors = errors(
  'invalid_request',
  'unauthenticated',
  'forbidden',
  'not_found',
  'conflict',
  'payload_too_large',
  'unsupported_media_type',
);

export function apiKeyRoutes(app: App, deps: Deps): void {
  const signedIn = authenticate(deps, 'accessToken');

  app.openapi(
    createRoute({
      ...documented,
      method: 'get',
      path,
      summary: 'Read an API key',
      middleware: [signedIn, currentUser()] as const,
      request: { params },
      responses: {
        200: answer(apiKeySchema, 'The key.'),
        ...errors('unauthenticated', 'forbidden', 'not_found'),
      },
    }),
    async (c) => {
      const { keyId } = c.req.valid('param');
      const { data } = await findKey(c.var.store, c.var.principal.uid, keyId);
      const [usedAt] = await lastUseOfKeys(c.var.store, [keyId]);
      return c.json(toApiKey(keyId, data, deps.now(), usedAt), 200);
    },
  );
  app.openapi(
    createRoute({
      ...documented,
      method: 'patch',
      path,
      summary: 'Change an API key (RFC 7396: null clears a field, objects are merged)',
      middleware: [signedIn, currentUser(), jsonBody()] as const,
      request: { params, body: body(patchSchema) },
      responses: { 200: answer(apiKeySchema, 'The key as it is now.'), ...bodyErrors },
    }),
    async (c) => {
      const { keyId } = c.req.valid('param');
      const { uid } = c.var.principal;
      const patch = toPatch(c.req.valid('json'), deps.now());
      const key = await updateApiKey(c.var.store, uid, keyId, patch, actorOf(c, uid));
      const [usedAt] = await lastUseOfKeys(c.var.store, [keyId]);
      return c.json(toApiKey(keyId, key, deps.now(), usedAt), 200);
    },
  );
  app.openapi(
    createRoute({
      ...documented,
      method: 'delete',
      path,
      summary: 'Revoke an API key, for good',
      middleware: [signedIn, currentUser()] as const,
      request: { params },
      responses: {
        204: {
          description: 'Refused from the next request on; what is under way ends by itself and is paid.',
        },
        ...errors('unauthenticated', 'forbidden', 'not_found', 'conflict'),
      },
    }),
    async (c) => {
      const { uid } = c.var.principal;
      await revokeApiKey(c.var.store, uid, c.req.valid('param').keyId, actorOf(c, uid));
      return c.body(null, 204);
    },
  );
  app.openapi(
    createRoute({
      ...documented,
      method: 'post',
      path: `${path}/rotate`,
      summary: 'Give an API key a new secret; id, budget and spend stay',
      middleware: [signedIn, currentUser(), jsonBody()] as const,
      request: { params, body: body(z.strictObject({ graceSeconds: graceSchema.optional() })) },
      responses: { 200: answer(secretSchema, 'The key with its new text.'), ...bodyErrors },
    }),
    async (c) => {
      const { keyId } = c.req.valid('param');
      const { uid } = c.var.principal;
      const { graceSeconds } = c.req.valid('json');
      const { key, apiKey } = await rotateApiKey(
        deps,
        c.var.store,
        uid,
        keyId,
        graceSeconds,
        actorOf(c, uid),
      );
      const [usedAt] = await lastUseOfKeys(c.var.store, [keyId]);
      return c.json({ key, apiKey: toApiKey(keyId, apiKey, deps.now(), usedAt) }, 200);
    },
  );
}
