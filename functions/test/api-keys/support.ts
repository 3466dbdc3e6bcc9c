import { expect } from 'vitest';
import { openFirestore } from '../auth/support.ts';
import { type Answer, api, call, type RequestOptions } from '../harness/request.ts';
import { signUp, type TestUser } from '../harness/users.ts';

export interface ApiKey {
  id: string;
  name: string;
  prefix: string;
  scopes: string[];
  status: string;
  createdAt: string;
  lastUsedAt?: string;
  expiresAt?: string;
  providers?: string[];
  models?: string[];
  budget?: { usd: string; period: string };
  limits?: Record<string, number>;
  rotation?: { everyDays: number; graceSeconds: number };
  tags?: Record<string, string>;
}

export interface KeySecret {
  key: string;
  apiKey: ApiKey;
}

export interface AuditRecord {
  id: string;
  timestamp: string;
  actor: string;
  action: string;
  apiKeyId: string;
  ip: string | null;
  userAgent: string | null;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
  count: number;
}

export interface Page<T> {
  items: T[];
  nextCursor?: string;
}

export const KEY_TEXT = /^fg_test_[0-9A-Za-z]{16}_[0-9A-Za-z]{49}$/;
export const CHAT = 'gpt-4.1-mini';
export const MESSAGE = 'claude-haiku-4-5';

/** Past the API; of the database that the stack's instance uses. */
export const firestore = openFirestore();
export const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** What a user does with keys, by the routes. */
export interface Owner extends TestUser {
  create(body: object, options?: RequestOptions): Promise<Answer<KeySecret>>;
  /** A key that must come about; `generate` alone unless it says otherwise. */
  key(body?: object): Promise<KeySecret>;
  item<T = ApiKey>(id: string, options?: RequestOptions): Promise<Answer<T>>;
  patch(id: string, body: object): Promise<Answer<ApiKey>>;
  rotate(id: string, body?: object, options?: RequestOptions): Promise<Answer<KeySecret>>;
  revoke(id: string, options?: RequestOptions): Promise<Answer>;
  list(query?: string): Promise<Answer<Page<ApiKey>>>;
  audit(query?: string): Promise<AuditRecord[]>;
}

export async function newOwner(): Promise<Owner> {
  return ownerOf(await signUp());
}

export function ownerOf(user: TestUser): Owner {
  const token = user.accessToken;
  const ask = <T>(route: string, options: RequestOptions = {}) => api<T>(route, { token, ...options });
  const owner: Owner = {
    ...user,
    create: (body, options) => ask('api-keys', { ...options, body }),
    async key(body = {}) {
      const answer = await owner.create({ name: 'test', scopes: ['generate'], ...body });
      expect({ status: answer.status, text: answer.text }).toMatchObject({ status: 201 });
      return answer.body;
    },
    item: (id, options) => ask(`api-keys/${id}`, options),
    patch: (id, body) => ask(`api-keys/${id}`, { method: 'PATCH', body }),
    rotate: (id, body = {}, options = {}) => ask(`api-keys/${id}/rotate`, { ...options, body }),
    revoke: (id, options) => ask(`api-keys/${id}`, { ...options, method: 'DELETE' }),
    list: (query = '') => ask(`api-keys${query}`),
    async audit(query = '?limit=200') {
      const answer = await ask<Page<AuditRecord>>(`audit-log${query}`);
      expect(answer.status).toBe(200);
      return answer.body.items;
    },
  };
  return owner;
}

/** A generate request with a key; what it answers is short. */
export const generate = (key: string, body: object = {}, options: RequestOptions = {}): Promise<Answer> =>
  call('/api/api/v1/llm/generate', {
    token: key,
    body: { model: CHAT, prompt: 'Hello', maxTokens: 50, ...body },
    ...options,
  });

/** The same as a status alone. */
export const tryKey = async (key: string, url?: string): Promise<number> =>
  (await generate(key, {}, url === undefined ? {} : { url })).status;
