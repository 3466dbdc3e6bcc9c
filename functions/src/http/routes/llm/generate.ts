import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { Deps } from '../../../deps.ts';
import type { Principal } from '../../../domain/principal.ts';
import type { EnabledProvider } from '../../../providers/enabled.ts';
import { fileReader } from '../../../services/files/file-reader.ts';
import { generateOnce } from '../../../services/generate/generate-once.ts';
import { openStream } from '../../../services/generate/generate-stream.ts';
import { Journey } from '../../../services/generate/journey.ts';
import { prepareCall } from '../../../services/generate/prepare-call.ts';
import type { AppEnv } from '../../env.ts';
import { authenticate } from '../../middleware/authenticate.ts';
import { knownUser, type SeenUsers } from '../../middleware/current-user.ts';
import { setLimitHeaders } from '../../middleware/rate-limit.ts';
import { BODY_LIMIT, jsonBody } from '../../middleware/request-validation.ts';
import { type App, accepts, body, errors } from '../../openapi.ts';
import { answerSchema, generateBodySchema } from './generate-body.ts';
import { idempotencyHeader, idempotencyOf } from './idempotency.ts';
import { replayAnswer } from './replay-answer.ts';
import { streamAnswer } from './stream-answer.ts';
import { withFiles } from './with-files.ts';

const documented = {
  tags: ['llm'],
  description:
    'With `stream: true` the answer is `text/event-stream`: any number of `event: delta` with `{text}`, then exactly one `event: done` with the answer without `content`, or `event: error` with `{error}`.',
  request: { headers: idempotencyHeader, body: body(generateBodySchema) },
  responses: {
    200: {
      description: 'The answer.',
      content: {
        'application/json': { schema: answerSchema },
        'text/event-stream': { schema: z.string() },
      },
    },
    ...errors(
      'invalid_request',
      'unauthenticated',
      'budget_exceeded',
      'forbidden',
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
};

export const generateRoute = (app: App, deps: Deps, seen: SeenUsers) =>
  app.openapi(
    createRoute({
      ...documented,
      method: 'post',
      path: '/api/v1/llm/generate',
      summary: 'Ask a model, whichever provider it is of',
      security: accepts('accessToken', 'apiKey:generate'),
      middleware: [
        authenticate(deps, 'accessToken', 'apiKey:generate'),
        knownUser(seen),
        jsonBody(BODY_LIMIT.generate),
      ] as const,
    }),
    (c) => generate(c, deps, c.var.principal, c.req.valid('json'), 'llm/generate'),
  );

/** The one route of a `<provider>Generate` function. */
export const proxyRoute = (app: App, deps: Deps, provider: EnabledProvider) =>
  app.openapi(
    createRoute({
      ...documented,
      method: 'post',
      path: '/',
      summary: `Ask a model of ${provider} with a client token`,
      security: accepts('clientToken'),
      middleware: [authenticate(deps, 'clientToken'), jsonBody(BODY_LIMIT.generate)] as const,
    }),
    (c) => generate(c, deps, c.var.principal, c.req.valid('json'), `${provider}Generate`, provider),
  );

/** Validated, then: resolve the model, admit, call, record, answer. */
async function generate<E extends AppEnv>(
  c: Context<E>,
  deps: Deps,
  principal: Principal,
  { stream, ...request }: z.infer<typeof generateBodySchema>,
  route: string,
  only?: EnabledProvider,
) {
  const idempotency = idempotencyOf(c.req.header('idempotency-key'), [route, stream ?? false, request]);
  const caller = { requestId: c.var.requestId, principal, route, only, idempotency };
  const load = fileReader({ store: c.var.store, bucket: deps.bucket }, principal);
  const messages = await withFiles(request.messages, load);
  const call = await prepareCall(deps, caller, { ...request, messages });
  setLimitHeaders(c, call.limits);
  if (call.replay) return replayAnswer(c, call.replay.answer, stream ?? false);
  const journey = new Journey(deps, call, c.req.raw.signal);
  try {
    return stream ? streamAnswer(c, await openStream(journey)) : c.json(await generateOnce(journey), 200);
  } finally {
    c.set('logFields', { ...c.get('logFields'), ...journey.logFields });
  }
}
