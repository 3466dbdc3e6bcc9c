import { expect } from 'vitest';
import { findModel, PROVIDERS } from '../../src/providers/registry.ts';
import { type UsageDocument, usageOfUser, usageRef } from '../../src/store/usage-metrics.ts';
import { openFirestore } from '../auth/support.ts';
import {
  type Answer,
  call,
  getClientToken,
  type RequestOptions,
  readEvents,
  send,
} from '../harness/request.ts';
import { signUp, type TestUser } from '../harness/users.ts';

export interface GenerateAnswer {
  id: string;
  provider: string;
  model: string;
  content: string;
  toolCalls?: { id: string; name: string; arguments: string; signature?: string }[];
  finishReason: string;
  usage: Record<string, number>;
  cost: { usd: string };
  latencyMs: number;
  warnings?: string[];
}

export const firestore = openFirestore();

/** The first model of a provider: the one to suggest. */
export function modelOf(provider: string): string {
  return PROVIDERS.find(({ id }) => id === provider)?.models[0]?.id ?? '';
}

/** A model that does not reason, where the provider has one: what it wrote is then known when it is lost. */
export function plainModelOf(provider: string): string | undefined {
  const models = PROVIDERS.find(({ id }) => id === provider)?.models ?? [];
  return models.find(
    ({ capabilities }) => capabilities.includes('chat') && !capabilities.includes('reasoning'),
  )?.id;
}

export const catalogueModel = (provider: (typeof PROVIDERS)[number]['id'], id: string) => {
  const model = findModel(provider, id);
  if (!model) throw new Error(`No model ${provider}/${id}`);
  return model;
};

/** A person with both kinds of token. */
export interface Caller extends TestUser {
  clientToken: string;
}

export async function newCaller(grant: Record<string, unknown> = {}): Promise<Caller> {
  const user = await signUp();
  return { ...user, clientToken: await getClientToken(user.accessToken, grant) };
}

/** Each way to a provider's models: our one route, and the provider's own function. */
export const ROUTES = PROVIDERS.flatMap(({ id: provider }) => [
  { provider, route: 'llm/generate', path: '/api/api/v1/llm/generate', token: 'accessToken' as const },
  { provider, route: `${provider}Generate`, path: `/${provider}Generate`, token: 'clientToken' as const },
]);
export type Route = (typeof ROUTES)[number];

type Options = Omit<RequestOptions, 'token' | 'body'>;

export const generate = (route: Route, caller: Caller, body: object, options: Options = {}) =>
  call<GenerateAnswer>(route.path, { ...options, token: caller[route.token], body });

export const openStream = (route: Route, caller: Caller, body: object, options: Options = {}) =>
  send(route.path, { ...options, token: caller[route.token], body: { ...body, stream: true } });

export interface Streamed {
  status: number;
  headers: Headers;
  /** The deltas joined. */
  text: string;
  deltas: number;
  /** `done` or `error`: the one event that ends a stream. */
  end: string;
  data: Record<string, unknown>;
}

/** A stream read to its end, which is exactly one `done` or `error`. */
export async function stream(
  route: Route,
  caller: Caller,
  body: object,
  options: Options = {},
): Promise<Streamed> {
  const response = await openStream(route, caller, body, options);
  const { status, headers } = response;
  if (!headers.get('content-type')?.startsWith('text/event-stream')) {
    const data = (await response.json()) as Record<string, unknown>;
    return { status, headers, text: '', deltas: 0, end: '', data };
  }
  const events = await readEvents(response);
  const last = events.pop();
  expect(new Set(events.map(({ event }) => event))).toEqual(new Set(events.length > 0 ? ['delta'] : []));
  expect(['done', 'error']).toContain(last?.event);
  const texts = events.map(({ data }) => (data as { text: string }).text);
  return {
    status,
    headers,
    text: texts.join(''),
    deltas: texts.length,
    end: last?.event ?? '',
    data: last?.data as Record<string, unknown>,
  };
}

/** The usage record of a request; waits for it where the request may have ended before it. */
export async function recordOf(requestId: string, withinMs = 5_000): Promise<UsageDocument> {
  const until = Date.now() + withinMs;
  for (;;) {
    const record = (await usageRef(firestore, requestId).get()).data();
    if (record) return record;
    if (Date.now() > until) throw new Error(`There is no record of ${requestId}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** All records of a user. */
export async function recordsOf(uid: string): Promise<UsageDocument[]> {
  return (await usageOfUser(firestore, uid).get()).docs.map((document) => document.data());
}

export const requestIdOf = (answer: Pick<Answer, 'headers'>): string =>
  answer.headers.get('x-request-id') ?? '';
