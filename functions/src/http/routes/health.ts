import { createRoute, z } from '@hono/zod-openapi';
import { type App, answer } from '../openapi.ts';

export const healthRoute = (app: App) =>
  app.openapi(
    createRoute({
      method: 'get',
      path: '/api/health',
      tags: ['meta'],
      summary: 'Whether this instance answers',
      responses: { 200: answer(z.object({ status: z.literal('ok') }), 'It does.') },
    }),
    (c) => c.json({ status: 'ok' as const }, 200),
  );
