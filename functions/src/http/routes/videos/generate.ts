import { createRoute } from '@hono/zod-openapi';
import type { Deps } from '../../../deps.ts';
import { payerOf } from '../../../services/metered.ts';
import { createGeneration } from '../../../services/videos/create-generation.ts';
import { GENERATE_ROUTE } from '../../../services/videos/settle-job.ts';
import { authenticate } from '../../middleware/authenticate.ts';
import { currentUserOrKey } from '../../middleware/current-user.ts';
import { jsonBody } from '../../middleware/request-validation.ts';
import { type App, accepts, answer, body, errors } from '../../openapi.ts';
import { generationBodySchema, toVideoJob, videoJobSchema } from './schemas.ts';

export const generateVideoRoute = (app: App, deps: Deps) =>
  app.openapi(
    createRoute({
      method: 'post',
      path: '/api/v1/videos/generate',
      tags: ['videos'],
      summary: 'Have a model make a video',
      description:
        'Answers once the provider has taken the order; the job looks after it and keeps the video as a file of yours. The price of all its seconds is held, and due unless the provider makes none; cancelling does not stop the provider.',
      security: accepts('accessToken', 'apiKey:videos'),
      middleware: [
        authenticate(deps, 'accessToken', 'apiKey:videos'),
        currentUserOrKey(),
        jsonBody(),
      ] as const,
      request: { body: body(generationBodySchema) },
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
          'upstream_error',
          'unavailable',
          'upstream_timeout',
        ),
      },
    }),
    async (c) => {
      const payer = payerOf(c.var.principal, c.var.requestId, GENERATE_ROUTE);
      const job = await createGeneration(deps, c.var.store, payer, c.req.valid('json'));
      return c.json(toVideoJob(job), 202);
    },
  );
