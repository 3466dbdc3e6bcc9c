import { createRoute, z } from '@hono/zod-openapi';
import type { Deps } from '../../../deps.ts';
import { authenticate } from '../../middleware/authenticate.ts';
import { currentUser, requireAdmin } from '../../middleware/current-user.ts';
import { type App, admin, errors } from '../../openapi.ts';

export const metricsRoute = (app: App, deps: Deps) =>
  app.openapi(
    createRoute({
      method: 'get',
      path: '/api/v1/admin/metrics',
      tags: ['admin'],
      summary: 'The metrics of the instance that answers, in the Prometheus text format',
      security: admin,
      middleware: [authenticate(deps, 'accessToken'), currentUser(), requireAdmin()] as const,
      responses: {
        200: { description: 'Metrics.', content: { 'text/plain': { schema: z.string() } } },
        ...errors('unauthenticated', 'forbidden'),
      },
    }),
    async (c) => c.text(await deps.metrics.render(), 200, { 'content-type': deps.metrics.contentType }),
  );
