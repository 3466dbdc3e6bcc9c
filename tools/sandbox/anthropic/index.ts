import type { IncomingHttpHeaders } from 'node:http';
import type { ProviderRequest, ProviderSettings, Reply, SandboxProvider } from '../provider.ts';
import { newId } from '../random.ts';
import { errorReply, failures, named, Refusal, resetAt } from './errors.ts';
import { countTokens, createMessage } from './messages.ts';
import { listModels, retrieveModel } from './models.ts';

const VERSIONS = ['2023-01-01', '2023-06-01', '2026-10-21'];
const LIMITS = { requests: 4000, 'input-tokens': 2_000_000, 'output-tokens': 400_000, tokens: 2_400_000 };

/** Anthropic: messages, token counts and models. */
export function createAnthropic(): SandboxProvider {
  return ANTHROPIC;
}

const ANTHROPIC: SandboxProvider = {
  id: 'anthropic',
  claims: (path, headers) => headers['anthropic-version'] !== undefined || /^\/v1\/messages(\/|$)/.test(path),
  newRequestId: () => newId('req_011', 21),
  headers: (requestId) => ({
    'request-id': requestId,
    'anthropic-organization-id': '00000000-0000-4000-8000-000000000000',
    ...rateLimitHeaders(),
  }),
  respond: (request, settings) =>
    unauthenticated(request) ?? named(request.upstreamRequestId, () => dispatch(request, settings)),
  failures,
};

function dispatch(
  { method, path, headers, query, body }: ProviderRequest,
  settings: ProviderSettings,
): Reply {
  checkVersion(headers);
  if (method === 'POST' && path === '/v1/messages') return createMessage(body, settings);
  if (method === 'POST' && path === '/v1/messages/count_tokens') return countTokens(body);
  if (method === 'GET' && path === '/v1/models') return listModels(query);
  const [, model] = /^\/v1\/models\/([^/]+)$/.exec(path) ?? [];
  if (method === 'GET' && model !== undefined) return retrieveModel(decodeURIComponent(model));
  throw new Refusal('Not Found', 404, 'not_found_error');
}

function checkVersion(headers: IncomingHttpHeaders): void {
  const version = headers['anthropic-version'];
  if (version === undefined) throw new Refusal('anthropic-version: header is required');
  if (!VERSIONS.some((known) => known === version)) {
    throw new Refusal(`anthropic-version: "${String(version)}" is not a valid version`);
  }
}

/** Any key will do, as `x-api-key` or as a bearer token, save one that says it is invalid. */
function unauthenticated({ headers, upstreamRequestId }: ProviderRequest): Reply | undefined {
  const [, bearer = ''] = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '') ?? [];
  const apiKey = headers['x-api-key'];
  const key = typeof apiKey === 'string' && apiKey !== '' ? apiKey : bearer;
  const refusal = (message: string): Reply =>
    errorReply(upstreamRequestId, 401, 'authentication_error', message);
  if (key === '') return refusal('x-api-key header is required');
  return key.includes('invalid') ? refusal('invalid x-api-key') : undefined;
}

function rateLimitHeaders(): Record<string, string> {
  const reset = resetAt(1);
  const entries = Object.entries(LIMITS).flatMap(([name, limit]) => [
    [`anthropic-ratelimit-${name}-limit`, String(limit)],
    [`anthropic-ratelimit-${name}-remaining`, String(limit - 1)],
    [`anthropic-ratelimit-${name}-reset`, reset],
  ]);
  return Object.fromEntries(entries);
}
