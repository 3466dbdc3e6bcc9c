import { createRoute, z } from '@hono/zod-openapi';
import type { Deps } from '../../../deps.ts';
import { payerOf } from '../../../services/metered.ts';
import { createVideoJob } from '../../../services/videos/create-video-job.ts';
import { listJobs } from '../../../services/videos/find-job.ts';
import { JOBS_ROUTE } from '../../../services/videos/settle-job.ts';
import { authenticate } from '../../middleware/authenticate.ts';
import { currentUserOrKey } from '../../middleware/current-user.ts';
import { jsonBody } from '../../middleware/request-validation.ts';
import { type App, accepts, answer, body, errors } from '../../openapi.ts';
import { pageQuery } from '../../schemas.ts';
import { jobBodySchema, toVideoJob, videoJobSchema } from './schemas.ts';

const pageSchema = z
  .object({ items: z.array(videoJobSchema), nextCursor: z.string().optional() })
  .openapi('VideoJobPage');

/** `videos/jobs`: work on stored videos. */
export function videoJobsRoutes(app: App, deps: Deps): void {
  const signedIn = authenticate(deps, 'accessToken', 'apiKey:videos');
  const documented = {
    path: '/api/v1/videos/jobs' as const,
    tags: ['videos'],
    security: accepts('accessToken', 'apiKey:videos'),
  };

  app.openapi(
    createRoute({
      ...documented,
      method: 'get',
      summary: 'List your video jobs, the newest first',
      middleware: [signedIn, currentUserOrKey()] as const,
      request: { query: pageQuery },
      responses: {
        200: answer(pageSchema, 'A page.'),
        ...errors('invalid_request', 'unauthenticated', 'forbidden'),
      },
    }),
    async (c) => {
      const { items, nextCursor } = await listJobs(c.var.store, c.var.principal.uid, c.req.valid('query'));
      return c.json({ items: items.map(toVideoJob), ...(nextCursor && { nextCursor }) }, 200);
    },
  );
  app.openapi(
    createRoute({
      ...documented,
      method: 'post',
      summary: 'Have something done to a stored video',
      description:
        'Answers at once; the work goes on by itself and keeps its result as a file of yours. Poll the job for its progress.',
      middleware: [signedIn, currentUserOrKey(), jsonBody()] as const,
      request: { body: body(jobBodySchema) },
      responses: {
        202: answer(videoJobSchema, 'The job, queued.'),
        ...errors(
          'invalid_request',
          'unauthenticated',
          'budget_exceeded',
          'forbidden',
          'not_found',
          'conflict',
          'payload_too_large',
          'unsupported_media_type',
          'unprocessable',
          'rate_limited',
          'unavailable',
        ),
      },
    }),
    async (c) => {
      const payer = payerOf(c.var.principal, c.var.requestId, JOBS_ROUTE);
      const job = await createVideoJob(deps, c.var.store, payer, c.req.valid('json'));
      return c.json(toVideoJob(job), 202);
    },
  );
}
