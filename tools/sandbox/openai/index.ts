import type { IncomingHttpHeaders } from 'node:http';
import type { ProviderRequest, ProviderSettings, Reply, SandboxProvider } from '../provider.ts';
import { newHexId } from '../random.ts';
import { chatCompletions } from './chat.ts';
import { createEmbeddings } from './embeddings.ts';
import { errorReply, failures, unknownUrl } from './errors.ts';
import { createPictures, noVariations } from './images.ts';
import { listModels, retrieveModel } from './models.ts';
import { createModeration } from './moderations.ts';
import { Responses } from './responses.ts';
import { Videos } from './videos.ts';

const REQUESTS_PER_MINUTE = 10_000;
const TOKENS_PER_MINUTE = 30_000_000;

/** OpenAI: chat completions, responses, embeddings, images, videos, moderations and models. */
export function createOpenai(): SandboxProvider {
  const responses = new Responses();
  const videos = new Videos();
  return {
    ...FIXED,
    respond: (request, settings) =>
      unauthenticated(request.headers) ?? dispatch(request, settings, { responses, videos }),
  };
}

const FIXED: Omit<SandboxProvider, 'respond'> = {
  id: 'openai',
  claims: (path) => /^\/v1\/(chat|responses|embeddings|images|videos|moderations)(\/|$)/.test(path),
  newRequestId: () => newHexId('req_'),
  headers: (requestId, elapsedMs) => ({
    'x-request-id': requestId,
    'openai-organization': 'org-sandbox',
    'openai-processing-ms': String(Math.max(1, Math.round(elapsedMs))),
    'openai-version': '2020-10-01',
    'x-ratelimit-limit-requests': String(REQUESTS_PER_MINUTE),
    'x-ratelimit-limit-tokens': String(TOKENS_PER_MINUTE),
    'x-ratelimit-remaining-requests': String(REQUESTS_PER_MINUTE - 1),
    'x-ratelimit-remaining-tokens': String(TOKENS_PER_MINUTE - 1000),
    'x-ratelimit-reset-requests': '6ms',
    'x-ratelimit-reset-tokens': '2ms',
  }),
  failures,
};

function dispatch(
  { method, path, query, body }: ProviderRequest,
  settings: ProviderSettings,
  { responses, videos }: { responses: Responses; videos: Videos },
): Reply | Promise<Reply> {
  switch (`${method} ${path}`) {
    case 'POST /v1/chat/completions':
      return chatCompletions(body, settings);
    case 'POST /v1/responses':
      return responses.create(body, settings);
    case 'POST /v1/embeddings':
      return createEmbeddings(body);
    case 'POST /v1/images/generations':
      return createPictures(body, false);
    case 'POST /v1/images/edits':
      return createPictures(body, true);
    case 'POST /v1/images/variations':
      return noVariations();
    case 'POST /v1/videos':
      return videos.create(body);
    case 'POST /v1/moderations':
      return createModeration(body);
    case 'POST /v1/responses/input_tokens':
      return responses.countTokens(body);
    case 'GET /v1/models':
      return listModels();
  }
  const [, response] = /^\/v1\/responses\/([^/]+)$/.exec(path) ?? [];
  if (method === 'GET' && response !== undefined) return responses.retrieve(response, query, settings);
  if (method === 'DELETE' && response !== undefined) return responses.delete(response);
  const [, video, content] = /^\/v1\/videos\/([^/]+)(\/content)?$/.exec(path) ?? [];
  if (method === 'GET' && video !== undefined)
    return content ? videos.content(video) : videos.retrieve(video);
  const [, model] = /^\/v1\/models\/([^/]+)$/.exec(path) ?? [];
  if (method === 'GET' && model !== undefined) return retrieveModel(decodeURIComponent(model));
  return unknownUrl(method, path);
}

/** Any key will do, in Azure's header as well, save one that says it is invalid. */
function unauthenticated({ authorization, 'api-key': azure }: IncomingHttpHeaders): Reply | undefined {
  const [, bearer = ''] = /^Bearer +(\S+)$/i.exec(authorization ?? '') ?? [];
  const key = typeof azure === 'string' ? azure : bearer;
  if (key === '') {
    return errorReply(
      401,
      "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY).",
    );
  }
  return key.includes('invalid')
    ? errorReply(401, `Incorrect API key provided: ${key.slice(0, 4)}***.`, { code: 'invalid_api_key' })
    : undefined;
}
