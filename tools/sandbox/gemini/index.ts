import type { ProviderRequest, ProviderSettings, Reply, SandboxProvider } from '../provider.ts';
import { newId } from '../random.ts';
import { countTokens, generateContent } from './content.ts';
import { batchEmbedContents } from './embed.ts';
import { errorReply, failures, unknownModel } from './errors.ts';
import { listModels, retrieveModel } from './models.ts';

const METHOD = /^\/v1(?:alpha|beta)?\/models\/([^/:]+):(\w+)$/;
const MODEL = /^\/v1(?:alpha|beta)?\/models(?:\/([^/:]+))?$/;

/** Google Gemini: generating content, counting tokens, embeddings and models. */
export function createGemini(): SandboxProvider {
  return GEMINI;
}

const GEMINI: SandboxProvider = {
  id: 'gemini',
  claims: (path, headers) => METHOD.test(path) || headers['x-goog-api-key'] !== undefined,
  newRequestId: () => newId('', 23),
  // There is no header with an id: answers have one in their body, and errors have none.
  headers: (_, elapsedMs) => ({
    server: 'scaffolding on HTTPServer2',
    'server-timing': `gfet4t7; dur=${Math.ceil(elapsedMs)}`,
  }),
  modelOf: ({ path }) => METHOD.exec(path)?.[1],
  respond: (request, settings) => unauthenticated(request) ?? dispatch(request, settings),
  failures,
};

function dispatch(
  { method, path, query, body, upstreamRequestId }: ProviderRequest,
  settings: ProviderSettings,
): Reply | Promise<Reply> {
  if (method === 'POST') {
    const [, name = '', action = ''] = METHOD.exec(path) ?? [];
    const model = decodeURIComponent(name);
    if (model.startsWith('unknown')) unknownModel(model, action);
    switch (action) {
      case 'generateContent':
        return generateContent(model, body, false, upstreamRequestId, settings);
      case 'streamGenerateContent':
        // Without `alt=sse` the service streams one JSON array, which nobody here asks for.
        if (query.get('alt') === 'sse')
          return generateContent(model, body, true, upstreamRequestId, settings);
        break;
      case 'batchEmbedContents':
        return batchEmbedContents(model, body);
      case 'countTokens':
        return countTokens(body);
      default:
    }
  } else {
    const found = MODEL.exec(path);
    if (found) return found[1] === undefined ? listModels() : retrieveModel(decodeURIComponent(found[1]));
  }
  return errorReply(404, 'NOT_FOUND', 'Requested entity was not found.');
}

/** Any key will do, save one that says it is invalid: that is a 400 here. */
function unauthenticated({ headers, query }: ProviderRequest): Reply | undefined {
  const key = headers['x-goog-api-key'] ?? query.get('key') ?? '';
  if (key === '') {
    return errorReply(
      403,
      'PERMISSION_DENIED',
      "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other form of API consumer identity to call this API.",
    );
  }
  if (!key.includes('invalid')) return undefined;
  return errorReply(400, 'INVALID_ARGUMENT', 'API key not valid. Please pass a valid API key.', [
    {
      '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
      reason: 'API_KEY_INVALID',
      domain: 'googleapis.com',
      metadata: { service: 'generativelanguage.googleapis.com' },
    },
  ]);
}
