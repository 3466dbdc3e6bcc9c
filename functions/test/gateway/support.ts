import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { api, send } from '../harness/request.ts';
import { type SandboxRequest, sandboxRequests } from '../harness/sandbox.ts';
import { stack } from '../harness/stack.ts';
import { signUp, type TestUser } from '../harness/users.ts';

export interface UsageItem {
  id: string;
  apiKeyId?: string;
  provider: string;
  model: string;
  route: string;
  inputTokens: number;
  outputTokens: number;
  cachedInputTokens: number;
  cacheWriteInputTokens: number;
  reasoningTokens: number;
  cost: { usd: string };
  timeToFirstTokenMs?: number;
  status: string;
  terminationReason: string;
  source: string;
  attempts: { status: string; upstreamStatus?: number }[];
}

export interface Caller {
  user: TestUser;
  key: string;
  openai: OpenAI;
  anthropic: Anthropic;
}

/** A user with an API key, and both SDKs with that key on this gateway. */
export async function newCaller(
  url: string = stack().url,
  key: Record<string, unknown> = {},
): Promise<Caller> {
  const user = await signUp();
  const made = await api<{ key: string }>('api-keys', {
    token: user.accessToken,
    body: { name: 'test', scopes: ['generate', 'models:read'], ...key },
    url,
  });
  if (made.status !== 201) throw new Error(`api-keys answered ${made.status}: ${made.text}`);
  return { user, key: made.body.key, ...sdks(made.body.key, url) };
}

/** The official SDKs, as their documentation says to point them elsewhere; they retry nothing. */
export function sdks(
  credential: string,
  url: string = stack().url,
): { openai: OpenAI; anthropic: Anthropic } {
  return {
    openai: new OpenAI({ apiKey: credential, baseURL: `${url}/gateway/v1`, maxRetries: 0 }),
    anthropic: new Anthropic({ apiKey: credential, baseURL: `${url}/gateway`, maxRetries: 0 }),
  };
}

/** Sends a body as it is, as no SDK would. */
export function post(
  path: string,
  body: string | Uint8Array,
  key: string,
  headers: Record<string, string> = {},
) {
  return send(`/gateway/v1/${path}`, { body, token: key, headers });
}

/** The one usage record of a request. */
export async function usageOf(user: TestUser, requestId: string): Promise<UsageItem> {
  const answer = await api<{ items: UsageItem[] }>('usage?limit=200', { token: user.accessToken });
  const found = answer.body.items.filter(({ id }) => id === requestId);
  if (found.length !== 1) throw new Error(`${found.length} records of ${requestId}: ${answer.text}`);
  return found[0] as UsageItem;
}

/** The one request that reached the sandbox. */
export async function upstreamOf(requestId: string): Promise<SandboxRequest> {
  const found = await sandboxRequests(requestId);
  if (found.length !== 1) throw new Error(`${found.length} upstream requests for ${requestId}`);
  return found[0] as SandboxRequest;
}

export function requestIdOf(response: { headers: Headers }): string {
  return response.headers.get('x-request-id') ?? '';
}
