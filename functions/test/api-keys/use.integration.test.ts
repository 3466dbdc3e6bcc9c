import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ServeProcess } from '../../../tools/lib/serve-process.ts';
import { reconcileLedger } from '../../src/services/ledger/reconcile.ts';
import { setAccess } from '../../src/services/set-access.ts';
import { StoreHandle } from '../../src/store/handle.ts';
import { expectError } from '../auth/support.ts';
import { api, call, eventsOf, send } from '../harness/request.ts';
import { startInstance } from '../harness/stack.ts';
import { recordOf, requestIdOf } from '../llm/support.ts';
import { CHAT, firestore, generate, MESSAGE, newOwner, type Owner, sleep, tryKey } from './support.ts';

let owner: Owner;
let other: ServeProcess;
beforeAll(async () => {
  [owner, other] = await Promise.all([newOwner(), startInstance()]);
});
afterAll(() => other.stop());

const SLOW = { prompt: '[[sandbox: tokens=40 delay=120]]', stream: true };

describe('where a key may be used', () => {
  const at: Record<string, { scope: string; use: (key: string) => Promise<{ status: number }> }> = {
    'POST llm/generate': { scope: 'generate', use: (key) => generate(key) },
    'POST gateway/v1/chat/completions': {
      scope: 'generate',
      use: (key) =>
        call('/gateway/v1/chat/completions', {
          token: key,
          body: { model: CHAT, max_tokens: 20, messages: [{ role: 'user', content: 'Hi' }] },
        }),
    },
    'POST gateway/v1/messages': {
      scope: 'generate',
      use: (key) =>
        call('/gateway/v1/messages', {
          headers: { 'X-API-Key': key },
          body: { model: MESSAGE, max_tokens: 20, messages: [{ role: 'user', content: 'Hi' }] },
        }),
    },
    'GET llm/providers': { scope: 'models:read', use: (key) => api('llm/providers', { token: key }) },
    'GET usage': { scope: 'usage:read', use: (key) => api('usage', { token: key }) },
    'GET usage/summary': { scope: 'usage:read', use: (key) => api('usage/summary', { token: key }) },
    'GET limits': { scope: 'usage:read', use: (key) => api('limits', { token: key }) },
    'GET auth/me': { scope: 'none', use: (key) => api('auth/me', { token: key }) },
    'POST auth/client-token': {
      scope: 'none',
      use: (key) => api('auth/client-token', { token: key, body: {} }),
    },
    'GET audit-log': { scope: 'none', use: (key) => api('audit-log', { token: key }) },
    'POST openaiGenerate': {
      scope: 'none',
      use: (key) => call('/openaiGenerate', { token: key, body: { model: CHAT, prompt: 'Hi' } }),
    },
    'GET listProviders': { scope: 'none', use: (key) => call('/listProviders', { token: key }) },
  };

  it.each(['generate', 'models:read', 'usage:read'])('%s opens its routes and no others', async (scope) => {
    const { key } = await owner.key({ scopes: [scope] });
    for (const [route, { scope: wanted, use }] of Object.entries(at)) {
      expect({ route, status: (await use(key)).status }).toEqual({
        route,
        status: wanted === scope ? 200 : 403,
      });
    }
  });

  it.each<[string, object, Record<string, number>]>([
    ['providers', { providers: ['anthropic'] }, { [CHAT]: 403, [MESSAGE]: 200 }],
    ['models', { models: [CHAT] }, { [CHAT]: 200, 'gpt-4.1': 403, [MESSAGE]: 403 }],
    [
      'provider/model',
      { models: [`openai/${CHAT}`] },
      { [CHAT]: 200, [`openai/${CHAT}`]: 200, 'gpt-4.1': 403 },
    ],
    ['another provider’s name', { models: [`anthropic/${CHAT}`] }, { [CHAT]: 403 }],
    ['both', { providers: ['openai'], models: [MESSAGE] }, { [CHAT]: 403, [MESSAGE]: 403 }],
  ])('%s are lists of what it may call', async (_, lists, expected) => {
    const { key } = await owner.key(lists);
    for (const [model, status] of Object.entries(expected)) {
      expect({ model, status: (await generate(key, { model })).status }).toEqual({ model, status });
    }
  });

  it('is sent as X-API-Key or as a bearer token, and X-API-Key goes first', async () => {
    const { key } = await owner.key({ scopes: ['models:read'] });
    const list = async (headers: Record<string, string>) => (await api('llm/providers', { headers })).status;
    expect(await list({ 'X-API-Key': key })).toBe(200);
    expect(await list({ 'x-api-key': ` ${key} ` })).toBe(200);
    expect(await list({ Authorization: `Bearer ${key}` })).toBe(200);
    expect(await list({ Authorization: `bearer ${key}` })).toBe(200);
    expect(await list({ 'X-API-Key': key, Authorization: 'Bearer nonsense' })).toBe(200);
    expect(await list({ 'X-API-Key': 'nonsense', Authorization: `Bearer ${key}` })).toBe(401);
    expect(await list({ Authorization: key })).toBe(401);
    expect(await list({ Authorization: `Basic ${key}` })).toBe(401);
    expect(await list({ Cookie: `__session=${key}` })).toBe(401);
  });
});

describe('a key’s own limits', () => {
  it('requests a minute, named in the error and in the headers', async () => {
    const { key } = await owner.key({ limits: { requestsPerMinute: 2 } });
    const first = await generate(key);
    expect(first.headers.get('ratelimit-policy')).toContain('"key-requests-per-minute";q=2;');
    expect(await tryKey(key)).toBe(200);
    const refused = await generate(key);
    expect(expectError(refused, 429, 'rate_limited').details).toMatchObject({
      limit: 'key-requests-per-minute',
    });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    // Another key of the same user is not concerned.
    expect(await tryKey((await owner.key()).key)).toBe(200);
  });

  it('tokens a minute: what could never fit is a 422', async () => {
    const { key } = await owner.key({ limits: { tokensPerMinute: 30 } });
    const error = expectError(await generate(key), 422, 'unprocessable');
    expect(error.details).toMatchObject({ limit: 'key-tokens' });
  });

  it('requests at once', async () => {
    const { key } = await owner.key({ limits: { concurrency: 1 } });
    const streaming = await send('/api/api/v1/llm/generate', {
      token: key,
      body: { model: CHAT, maxTokens: 60, ...SLOW },
    });
    const refused = await generate(key);
    expect(expectError(refused, 429, 'rate_limited').details).toMatchObject({ limit: 'key-concurrency' });
    for await (const { event } of eventsOf(streaming)) expect(['delta', 'done']).toContain(event);
    expect(await tryKey(key)).toBe(200);
  });

  it('a budget, which what was spent stays within to the nano-USD', async () => {
    const { key, apiKey } = await owner.key({ budget: { usd: '0.0005', period: 'total' } });
    const statuses: number[] = [];
    while (!statuses.includes(402) && statuses.length < 60) {
      statuses.push((await generate(key, { prompt: '[[sandbox: tokens=50]]' })).status);
    }
    expect(new Set(statuses)).toEqual(new Set([200, 402]));
    const { records, differences } = await reconcileLedger(firestore, apiKey.id);
    expect(differences).toEqual([]);
    expect(records).toBe(statuses.length - 1);
    const { body } = await api<{ items: { cost: { usd: string } }[] }>(`usage?apiKeyId=${apiKey.id}`, {
      token: owner.accessToken,
    });
    const spent = body.items.reduce((sum, { cost }) => sum + Number(cost.usd), 0);
    expect(spent).toBeGreaterThan(0.0003);
    expect(spent).toBeLessThanOrEqual(0.0005);
    // Raised, it goes on.
    await owner.patch(apiKey.id, { budget: { usd: '1' } });
    expect(await tryKey(key)).toBe(200);
  });

  it('GET limits with a key shows the key’s beside the user’s', async () => {
    const limits = { requestsPerMinute: 9, concurrency: 3 };
    const { key } = await owner.key({ scopes: ['usage:read'], limits, budget: { usd: '2', period: 'week' } });
    const { body, status } = await api<{ items: { name: string; limit: unknown; remaining: unknown }[] }>(
      'limits',
      {
        token: key,
      },
    );
    expect(status).toBe(200);
    expect(body.items.filter(({ name }) => name.startsWith('key-'))).toMatchObject([
      { name: 'key-requests-per-minute', limit: 9, remaining: 9 },
      { name: 'key-concurrency', limit: 3, remaining: 3 },
      { name: 'key-budget-week', limit: '2.00', remaining: '2.00' },
    ]);
    expect(body.items.map(({ name }) => name)).toContain('tokens');
    const own = await api<{ items: { name: string }[] }>('limits', { token: owner.accessToken });
    expect(own.body.items.some(({ name }) => name.startsWith('key-'))).toBe(false);
  });
});

describe('what a key has used', () => {
  it('is told by key, in records and sums', async () => {
    const user = await newOwner();
    const [a, b] = await Promise.all([user.key(), user.key()]);
    for (const { key } of [a, a, b]) expect(await tryKey(key)).toBe(200);
    expect(await tryKey(user.accessToken)).toBe(200);
    const of = async (query: string) =>
      (await api<{ items: Record<string, unknown>[] }>(`usage?${query}`, { token: user.accessToken })).body
        .items;
    expect(await of('')).toHaveLength(4);
    expect((await of(`apiKeyId=${a.apiKey.id}`)).map(({ apiKeyId }) => apiKeyId)).toEqual([
      a.apiKey.id,
      a.apiKey.id,
    ]);
    expect(await of(`apiKeyId=${b.apiKey.id}`)).toHaveLength(1);
    expect(await of('apiKeyId=unknown')).toEqual([]);
    const { body } = await api<{ items: Record<string, unknown>[] }>('usage/summary?groupBy=apiKey', {
      token: user.accessToken,
    });
    expect(new Map(body.items.map(({ apiKeyId, requests }) => [apiKeyId, requests]))).toEqual(
      new Map<unknown, unknown>([
        [a.apiKey.id, 2],
        [b.apiKey.id, 1],
        [null, 1],
      ]),
    );
  });

  it('lastUsedAt is kept to the minute, by admission and by reading', async () => {
    const { key, apiKey } = await owner.key({ scopes: ['generate', 'models:read'] });
    expect(apiKey.lastUsedAt).toBeUndefined();
    const lastUse = async () => Date.parse((await owner.item(apiKey.id)).body.lastUsedAt ?? '');
    await tryKey(key);
    const near = await lastUse();
    expect(Math.abs(Date.now() - near)).toBeLessThan(60_000);
    expect((await owner.list()).body.items.find(({ id }) => id === apiKey.id)?.lastUsedAt).toBeDefined();

    const reader = await owner.key({ scopes: ['models:read'] });
    const read = () => api('llm/providers', { token: reader.key });
    await read();
    const first = (await owner.item(reader.apiKey.id)).body.lastUsedAt;
    expect(Math.abs(Date.now() - Date.parse(first ?? ''))).toBeLessThan(60_000);
    await read();
    expect((await owner.item(reader.apiKey.id)).body.lastUsedAt).toBe(first);
  });
});

describe('from the next request on, on every instance (I6)', () => {
  const change: Record<string, (keyOwner: Owner, id: string) => Promise<unknown>> = {
    revoked: (keyOwner, id) => keyOwner.revoke(id),
    rotated: (keyOwner, id) => keyOwner.rotate(id),
    'without its scope': (keyOwner, id) => keyOwner.patch(id, { scopes: ['usage:read'] }),
    'without its model': (keyOwner, id) => keyOwner.patch(id, { models: [MESSAGE] }),
    'of a disabled owner': ({ uid }) =>
      setAccess(new StoreHandle(firestore, Date.now), uid, { isActive: false }),
  };
  it.each(Object.keys(change))('a key is %s', async (name) => {
    const user = await newOwner();
    const { key, apiKey } = await user.key({ scopes: ['generate', 'models:read'] });
    const read = async (url?: string) =>
      (await api('llm/providers', { token: key, ...(url && { url }) })).status;
    // Both instances remember the key and its ledger.
    expect([await tryKey(key), await tryKey(key, other.url), await tryKey(key)]).toEqual([200, 200, 200]);
    expect([await read(), await read(other.url)]).toEqual([200, 200]);
    await change[name]?.(user, apiKey.id);
    const status = name.startsWith('without') ? 403 : 401;
    expect([await tryKey(key, other.url), await tryKey(key)]).toEqual([status, status]);
    const reads = name === 'without its model' ? 200 : status;
    expect([await read(other.url), await read()]).toEqual([reads, reads]);
  });

  it('expiry: admitted before the moment, refused from it on', async () => {
    const expiresAt = Date.now() + 4_000;
    const { key, apiKey } = await owner.key({ expiresAt: new Date(expiresAt).toISOString() });
    let refused = 0;
    while (refused < 3) {
      const sentAt = Date.now();
      const answer = await generate(key);
      if (answer.status === 200) {
        expect(sentAt).toBeLessThan(expiresAt);
        expect((await recordOf(requestIdOf(answer))).admittedAt.toMillis()).toBeLessThan(expiresAt);
      } else {
        expect(expectError(answer, 401, 'unauthenticated').message).toContain('expired');
        expect(Date.now()).toBeGreaterThanOrEqual(expiresAt);
        refused += 1;
      }
      await sleep(100);
    }
    expect((await owner.item(apiKey.id)).body.status).toBe('expired');
    expectError(await owner.rotate(apiKey.id), 409, 'conflict');
    // And lives again with a new expiry.
    await owner.patch(apiKey.id, { expiresAt: null });
    expect(await tryKey(key)).toBe(200);
  });
});

describe('a key that is revoked while its stream runs', () => {
  it.each([CHAT, MESSAGE])('of %s: the stream ends as it would have, and is paid', async (model) => {
    const { key, apiKey } = await owner.key();
    const streaming = await send('/api/api/v1/llm/generate', {
      token: key,
      body: { model, maxTokens: 60, ...SLOW },
    });
    const events: string[] = [];
    for await (const { event } of eventsOf(streaming)) {
      if (events.length === 1) {
        expect((await owner.revoke(apiKey.id)).status).toBe(204);
        expect(await tryKey(key)).toBe(401);
        expect(await tryKey(key, other.url)).toBe(401);
      }
      events.push(event);
    }
    expect(events.at(-1)).toBe('done');
    expect(events.filter((event) => event === 'delta')).toHaveLength(20);
    expect(await recordOf(requestIdOf(streaming))).toMatchObject({
      apiKeyId: apiKey.id,
      status: 'ok',
      source: 'provider',
      terminationReason: 'completed',
      outputTokens: 40,
    });
    const { holds, differences } = await reconcileLedger(firestore, apiKey.id);
    expect({ holds, differences }).toEqual({ holds: 0, differences: [] });
  });
});
