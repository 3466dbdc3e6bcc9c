import { createRoute, z } from '@hono/zod-openapi';
import type { Deps } from '../../deps.ts';
import { listAudit } from '../../services/list-audit.ts';
import { AUDIT_ACTIONS } from '../../store/audit-log.ts';
import { authenticate } from '../middleware/authenticate.ts';
import { currentUser } from '../middleware/current-user.ts';
import { type App, accepts, answer, errors } from '../openapi.ts';
import { pageQuery } from '../schemas.ts';

const fields = z.record(z.string(), z.unknown());

const auditSchema = z
  .object({
    id: z.string(),
    timestamp: z.iso.datetime(),
    actor: z
      .string()
      .openapi({ description: 'A user’s id, an API key’s for the use of it that was refused, or `system`.' }),
    action: z.enum(AUDIT_ACTIONS),
    apiKeyId: z.string(),
    ip: z.string().nullable(),
    userAgent: z.string().nullable(),
    before: fields.nullable(),
    after: fields.nullable(),
    count: z.int().openapi({ description: 'How often, for what is coalesced.' }),
  })
  .openapi('AuditRecord');

const pageSchema = z
  .object({ items: z.array(auditSchema), nextCursor: z.string().optional() })
  .openapi('AuditPage');

export const auditLogRoute = (app: App, deps: Deps) =>
  app.openapi(
    createRoute({
      method: 'get',
      path: '/api/v1/audit-log',
      tags: ['api-keys'],
      summary: 'List what was done with your API keys, the newest first',
      security: accepts('accessToken'),
      middleware: [authenticate(deps, 'accessToken'), currentUser()] as const,
      request: { query: pageQuery },
      responses: {
        200: answer(pageSchema, 'A page.'),
        ...errors('invalid_request', 'unauthenticated', 'forbidden'),
      },
    }),
    async (c) => {
      const { items, nextCursor } = await listAudit(c.var.store, c.var.principal.uid, c.req.valid('query'));
      const shown = items.map(({ id, data: { userId: _, timestamp, ...record } }) => ({
        id,
        timestamp: timestamp.toDate().toISOString(),
        ...record,
      }));
      return c.json({ items: shown, ...(nextCursor && { nextCursor }) }, 200);
    },
  );
