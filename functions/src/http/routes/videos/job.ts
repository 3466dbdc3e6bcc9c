import { createRoute, z } from '@hono/zod-openapi';
import type { Deps } from '../../../deps.ts';
import { cancelJob } from '../../../services/videos/cancel-job.ts';
import { findJob } from '../../../services/videos/find-job.ts';
import { authenticate } from '../../middleware/authenticate.ts';
import { currentUserOrKey } from '../../middleware/current-user.ts';
import { type App, accepts, answer, errors } from '../../openapi.ts';
import { toVideoJob, videoJobSchema } from './schemas.ts';

/** `videos/jobs/{jobId}`. */
export function videoJobRoutes(app: App, deps: Deps): void {
  const signedIn = authenticate(deps, 'accessToken', 'apiKey:videos');
  const documented = {
    path: '/api/v1/videos/jobs/{jobId}' as const,
    tags: ['videos'],
    security: accepts('accessToken', 'apiKey:videos'),
    request: { params: z.object({ jobId: z.string().min(1).max(100) }) },
  };

  app.openapi(
    createRoute({
      ...documented,
      method: 'get',
      middleware: [signedIn, currentUserOrKey()] as const,
      summary: 'Read a video job',
      responses: {
        200: answer(videoJobSchema, 'The job as it is now.'),
        ...errors('unauthenticated', 'forbidden', 'not_found'),
      },
    }),
    async (c) => {
      const job = await findJob(c.var.store, c.var.principal.uid, c.req.valid('param').jobId);
      return c.json(toVideoJob(job), 200);
    },
  );
  app.openapi(
    createRoute({
      ...documented,
      method: 'delete',
      middleware: [signedIn, currentUserOrKey()] as const,
      summary: 'Cancel a video job',
      description: 'What it has done so far is paid; what it has made is not kept.',
      responses: {
        202: answer(
          videoJobSchema,
          'The job: `cancelled`, or `running` with `cancelRequested` until its worker has stopped.',
        ),
        ...errors('unauthenticated', 'forbidden', 'not_found', 'conflict', 'unavailable'),
      },
    }),
    async (c) => {
      const job = await cancelJob(deps, c.var.store, c.var.principal.uid, c.req.valid('param').jobId);
      return c.json(toVideoJob(job), 202);
    },
  );
}
