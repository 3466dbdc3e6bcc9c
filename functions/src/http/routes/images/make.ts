import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Deps } from '../../../deps.ts';
import { toGatewayError } from '../../../domain/errors.ts';
import type { StoredAnswer } from '../../../domain/idempotency.ts';
import type { Principal } from '../../../domain/principal.ts';
import type { ImagesAnswer } from '../../../services/images/contract.ts';
import { type LoadedSources, loadSources } from '../../../services/images/load-sources.ts';
import { makeImages } from '../../../services/images/make-images.ts';
import { type ImageBody, prepareImages } from '../../../services/images/prepare-images.ts';
import type { AppEnv } from '../../env.ts';
import { authenticate } from '../../middleware/authenticate.ts';
import { currentUserOrKey, knownUser, type SeenUsers } from '../../middleware/current-user.ts';
import { setLimitHeaders } from '../../middleware/rate-limit.ts';
import { BODY_LIMIT, jsonBody } from '../../middleware/request-validation.ts';
import { type App, accepts, body, errors } from '../../openapi.ts';
import { idempotencyHeader, idempotencyOf } from '../llm/idempotency.ts';
import {
  editImagesSchema,
  generateImagesSchema,
  imagesSchema,
  toImages,
  varyImagesSchema,
} from './schemas.ts';

const DEFAULT_PARTIALS = 2;
/** What a model is told that is to vary a picture, where the caller leaves it to the model. */
const VARY =
  'Create a variation of this image: the same subject and style, with another composition, light and details.';

const documented = {
  method: 'post' as const,
  tags: ['images'],
  description:
    'Each picture is kept as a file of yours. With `stream: true` the answer is `text/event-stream`: any number of `event: partial` with `{index, mediaType, data}`, an unfinished picture in base64, then exactly one `event: done` with the answer, or `event: error` with `{error}`.',
  responses: {
    200: {
      description: 'The pictures.',
      content: {
        'application/json': { schema: imagesSchema },
        'text/event-stream': { schema: z.string() },
      },
    },
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
};

/** `images/generate`, `images/edit` and `images/variations`. */
export function imagesRoutes(app: App, deps: Deps, seen: SeenUsers): void {
  const security = accepts('accessToken', 'apiKey:images');
  const signedIn = authenticate(deps, 'accessToken', 'apiKey:images');
  const known = knownUser(seen);
  // Files are read before the ledger judges.
  const current = currentUserOrKey();
  const json = jsonBody(BODY_LIMIT.generate);

  app.openapi(
    createRoute({
      ...documented,
      path: '/api/v1/images/generate',
      summary: 'Make pictures from words',
      security,
      middleware: [signedIn, known, json] as const,
      request: { headers: idempotencyHeader, body: body(generateImagesSchema) },
    }),
    (c) => make(c, deps, c.var.principal, 'images/generate', c.req.valid('json')),
  );
  app.openapi(
    createRoute({
      ...documented,
      path: '/api/v1/images/edit',
      summary: 'Make pictures from stored pictures and words',
      security,
      middleware: [signedIn, current, json] as const,
      request: { headers: idempotencyHeader, body: body(editImagesSchema) },
    }),
    async (c) => {
      const { images, mask, ...rest } = c.req.valid('json');
      const files = { store: c.var.store, bucket: deps.bucket };
      const masked =
        mask && ('data' in mask ? { data: new Uint8Array(Buffer.from(mask.data, 'base64')) } : mask);
      const sources = await loadSources(files, c.var.principal.uid, images, masked);
      return make(c, deps, c.var.principal, 'images/edit', rest, sources, [images, mask]);
    },
  );
  app.openapi(
    createRoute({
      ...documented,
      path: '/api/v1/images/variations',
      summary: 'Make pictures that are like a stored one',
      description: `${documented.description} OpenAI’s own route for variations is retired: this one has the picture edited, by the prompt “${VARY}”.`,
      security,
      middleware: [signedIn, current, json] as const,
      request: { headers: idempotencyHeader, body: body(varyImagesSchema) },
    }),
    async (c) => {
      const { image, prompt = VARY, ...rest } = c.req.valid('json');
      const files = { store: c.var.store, bucket: deps.bucket };
      const sources = await loadSources(files, c.var.principal.uid, [image]);
      return make(c, deps, c.var.principal, 'images/variations', { ...rest, prompt }, sources, [image]);
    },
  );
}

type Made = Omit<ImageBody, 'partialImages'> & {
  stream?: boolean | undefined;
  partialImages?: number | undefined;
};

/** Admitted, made, kept, recorded, answered; `sources` are let go by then. @param given what goes in beside the body, as the caller named it */
async function make<E extends AppEnv>(
  c: Context<E>,
  deps: Deps,
  principal: Principal,
  route: string,
  { stream = false, ...rest }: Made,
  sources?: LoadedSources,
  given: unknown = null,
) {
  const { requestId } = c.var;
  const images = { ...deps, store: c.var.store };
  const imageBody = { ...rest, partialImages: stream ? (rest.partialImages ?? DEFAULT_PARTIALS) : undefined };
  const gone = c.req.raw.signal;
  let isStreaming = false;
  try {
    const idempotency = idempotencyOf(c.req.header('idempotency-key'), [route, stream, rest, given]);
    const call = await prepareImages(
      images,
      { requestId, principal, route, idempotency },
      imageBody,
      sources,
    );
    setLimitHeaders(c, call.limits);
    if (call.replay) return replay(c, call.replay.answer, stream);
    if (!stream) return c.json(toImages(await makeImages(images, call, gone)), 200);
    const mediaType = `image/${rest.format}`;
    // Proxies on the way must neither wait for more nor compress.
    c.header('X-Accel-Buffering', 'no');
    isStreaming = true;
    return streamSSE(c, async (sse) => {
      const write = (event: string, data: object) => sse.writeSSE({ event, data: JSON.stringify(data) });
      try {
        const partial = ({ index, data }: { index: number; data: string }) =>
          write('partial', { index, mediaType, data });
        await write('done', toImages(await makeImages(images, call, gone, { partial })));
      } catch (error) {
        await write('error', toGatewayError(error).toBody(requestId));
      } finally {
        sources?.release();
      }
    });
  } finally {
    if (!isStreaming) sources?.release();
  }
}

/** Answers again what was answered before; a stream comes without its unfinished pictures. */
function replay<E extends AppEnv>(c: Context<E>, { status, body: text }: StoredAnswer, stream: boolean) {
  c.header('Idempotent-Replayed', 'true');
  if (status !== 200) {
    return c.body(text, status as ContentfulStatusCode, { 'Content-Type': 'application/json' });
  }
  const answer = toImages(JSON.parse(text) as ImagesAnswer);
  if (!stream) return c.json(answer, 200);
  return streamSSE(c, (sse) => sse.writeSSE({ event: 'done', data: JSON.stringify(answer) }));
}
