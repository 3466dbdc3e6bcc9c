import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { keyLedgerRef } from '../../src/store/key-ledger-document.ts';
import { expectError } from '../auth/support.ts';
import { firestore, generate, KEY_TEXT, newOwner, type Owner, tryKey } from './support.ts';

let owner: Owner;
let other: Owner;
beforeAll(async () => {
  [owner, other] = await Promise.all([newOwner(), newOwner()]);
});

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
const FULL = {
  name: '  Nightly reports ',
  scopes: ['generate', 'models:read', 'usage:read', 'generate'],
  providers: ['openai', 'provider-of-tomorrow'],
  models: ['gpt-4.1-mini', 'anthropic/claude-haiku-4-5', 'model-of-tomorrow'],
  expiresAt: '2199-01-01T02:00:00+02:00',
  budget: { usd: '5', period: 'month' },
  limits: { tokensPerMinute: 100_000, requestsPerMinute: 60, concurrency: 4 },
  rotation: { everyDays: 30, graceSeconds: 3600 },
  tags: { team: 'data', 'cost centre': '' },
};
const SHOWN = {
  name: 'Nightly reports',
  scopes: ['generate', 'models:read', 'usage:read'],
  providers: FULL.providers,
  models: FULL.models,
  expiresAt: '2199-01-01T00:00:00.000Z',
  budget: { usd: '5.00', period: 'month' },
  limits: FULL.limits,
  rotation: FULL.rotation,
  tags: FULL.tags,
};

describe('creating', () => {
  it('answers the key once, with all that was chosen', async () => {
    const answer = await owner.create(FULL);
    expect(answer.status).toBe(201);
    expect(answer.headers.get('cache-control')).toContain('no-store');
    const { key, apiKey } = answer.body;
    expect(key).toMatch(KEY_TEXT);
    expect(apiKey).toEqual({
      ...SHOWN,
      id: key.split('_')[2],
      prefix: key.split('_').slice(0, 3).join('_'),
      status: 'active',
      createdAt: expect.stringMatching(/^20.+Z$/),
    });
    const again = await owner.item(apiKey.id);
    expect(again.body).toEqual(apiKey);
    expect(again.text).not.toContain(key.split('_')[3]?.slice(0, 10));
    expect((await owner.list()).body.items).toContainEqual(apiKey);
  });

  it('leaves out what was not chosen', async () => {
    const { apiKey } = await owner.key({ tags: {} });
    expect(Object.keys(apiKey).sort()).toEqual(['createdAt', 'id', 'name', 'prefix', 'scopes', 'status']);
  });

  it('keeps a hash of the secret and nothing else of it', async () => {
    const { key, apiKey } = await owner.key();
    const secret = key.split('_')[3]?.slice(0, 43) ?? '';
    const stored = await firestore.doc(`apiKeys/${apiKey.id}`).get();
    expect(stored.data()?.['hash']).toMatch(/^\$2b\$10\$/);
    const ledger = await keyLedgerRef(firestore, apiKey.id).get();
    for (const snapshot of [stored, ledger]) {
      expect(snapshot.exists).toBe(true);
      expect(JSON.stringify(snapshot.data())).not.toContain(secret);
    }
  });

  const tags = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`t${i}`, 'x']));
  it.each<[string, object]>([
    ['name', { name: '' }],
    ['name', { name: '   ' }],
    ['name', { name: 'x'.repeat(101) }],
    ['name', { name: 7 }],
    ['name', { name: undefined }],
    ['scopes', { scopes: [] }],
    ['scopes', { scopes: ['everything'] }],
    ['scopes', { scopes: 'generate' }],
    ['scopes', { scopes: undefined }],
    ['providers', { providers: [] }],
    ['providers', { providers: [''] }],
    ['models', { models: [] }],
    ['models', { models: ['x'.repeat(201)] }],
    ['models', { models: null }],
    ['expiresAt', { expiresAt: '2020-01-01T00:00:00Z' }],
    ['expiresAt', { expiresAt: 'tomorrow' }],
    ['expiresAt', { expiresAt: '2199-01-01' }],
    ['expiresAt', { expiresAt: 4_000_000_000 }],
    ['budget', { budget: { usd: '0.00', period: 'day' } }],
    ['budget', { budget: { usd: '-1', period: 'day' } }],
    ['budget', { budget: { usd: 5, period: 'day' } }],
    ['budget', { budget: { usd: '1.0000000001', period: 'day' } }],
    ['budget', { budget: { usd: '99999999', period: 'day' } }],
    ['budget', { budget: { usd: '5', period: 'year' } }],
    ['budget', { budget: { usd: '5' } }],
    ['limits', { limits: {} }],
    ['limits', { limits: { requestsPerMinute: 0 } }],
    ['limits', { limits: { requestsPerMinute: 1.5 } }],
    ['limits', { limits: { tokensPerMinute: 2e9 } }],
    ['limits', { limits: { concurrency: 501 } }],
    ['limits', { limits: { perHour: 1 } }],
    ['rotation', { rotation: { everyDays: 0, graceSeconds: 0 } }],
    ['rotation', { rotation: { everyDays: 366, graceSeconds: 0 } }],
    ['rotation', { rotation: { everyDays: 30, graceSeconds: 604_801 } }],
    ['rotation', { rotation: { everyDays: 30 } }],
    ['tags', { tags: tags(21) }],
    ['tags', { tags: { '': 'x' } }],
    ['tags', { tags: { __x__: 'Firestore keeps such names' } }],
    ['tags', { tags: { a: 'x'.repeat(201) } }],
    ['tags', { tags: { a: 1 } }],
    ['surrogate', { name: '\ud800' }],
    ['surrogate', { tags: { '\udc00': 'x' } }],
    ['surrogate', { models: ['half \ud83d'] }],
    ['status', { status: 'active' }],
    ['userId', { userId: 'somebody' }],
  ])('refuses a wrong %s: %j', async (field, change) => {
    const answer = await owner.create({ name: 'wrong', scopes: ['generate'], ...change });
    expect(expectError(answer, 400, 'invalid_request').message).toContain(field);
  });

  it('made no key of any of those', async () => {
    const names = (await owner.list('?limit=200')).body.items.map(({ name }) => name);
    expect(names).not.toContain('wrong');
  });
});

describe('changing (RFC 7396)', () => {
  it('changes what is named and clears what is null', async () => {
    const { apiKey } = await owner.key(FULL);
    const named = { name: 'Renamed', scopes: ['usage:read'], models: ['gpt-4.1'], expiresAt: inDays(2) };
    const changed = await owner.patch(apiKey.id, named);
    expect(changed.status).toBe(200);
    expect(changed.body).toEqual({ ...apiKey, ...named });
    expect((await owner.item(apiKey.id)).body).toEqual(changed.body);

    const none = { providers: null, models: null, expiresAt: null, budget: null, limits: null };
    const cleared = await owner.patch(apiKey.id, { ...none, rotation: null, tags: null });
    const { id, prefix, createdAt } = apiKey;
    const left = { id, prefix, createdAt, status: 'active', name: 'Renamed', scopes: ['usage:read'] };
    expect(cleared.body).toEqual(left);
    expect((await owner.item(apiKey.id)).body).toEqual(left);
  });

  it('merges inside of objects, too', async () => {
    const { apiKey } = await owner.key(FULL);
    const merged = await owner.patch(apiKey.id, {
      limits: { concurrency: null, requestsPerMinute: 7 },
      tags: { team: null, owner: 'ada' },
      budget: { usd: '9.5' },
      rotation: { graceSeconds: 0 },
    });
    expect(merged.status).toBe(200);
    expect(merged.body).toMatchObject({ budget: { usd: '9.50', period: 'month' } });
    expect(merged.body.limits).toEqual({ tokensPerMinute: 100_000, requestsPerMinute: 7 });
    expect(merged.body.tags).toEqual({ 'cost centre': '', owner: 'ada' });
    expect(merged.body.rotation).toEqual({ everyDays: 30, graceSeconds: 0 });
    const emptied = await owner.patch(apiKey.id, {
      limits: { tokensPerMinute: null, requestsPerMinute: null },
      tags: { owner: null, 'cost centre': null },
    });
    expect(emptied.body).not.toHaveProperty('limits');
    expect(emptied.body).not.toHaveProperty('tags');
    expect((await owner.patch(apiKey.id, { tags: {}, limits: {} })).body).toEqual(emptied.body);
  });

  it('makes no object of a part of one', async () => {
    const { apiKey } = await owner.key();
    for (const patch of [{ budget: { usd: '5' } }, { rotation: { everyDays: 3 } }]) {
      expectError(await owner.patch(apiKey.id, patch), 400, 'invalid_request');
    }
    const many = Object.fromEntries(Array.from({ length: 15 }, (_, i) => [`a${i}`, '']));
    const more = Object.fromEntries(Array.from({ length: 15 }, (_, i) => [`b${i}`, '']));
    expect((await owner.patch(apiKey.id, { tags: many })).status).toBe(200);
    expectError(await owner.patch(apiKey.id, { tags: more }), 400, 'invalid_request');
  });

  it.each<object>([
    { name: null },
    { scopes: null },
    { name: '' },
    { scopes: [] },
    { expiresAt: '2020-01-01T00:00:00Z' },
    { budget: { usd: '0', period: 'day' } },
    { budget: { usd: null } },
    { limits: { concurrency: 0 } },
    { status: 'active' },
    { lastUsedAt: null },
  ])('refuses %j and changes nothing', async (patch) => {
    const { apiKey } = await owner.key();
    expectError(await owner.patch(apiKey.id, { ...patch }), 400, 'invalid_request');
    expect((await owner.item(apiKey.id)).body).toEqual(apiKey);
  });

  it('changes nothing where nothing is asked, and keeps no record of it', async () => {
    const { apiKey } = await owner.key();
    expect((await owner.patch(apiKey.id, {})).body).toEqual(apiKey);
    const records = (await owner.audit()).filter(({ apiKeyId }) => apiKeyId === apiKey.id);
    expect(records.map(({ action }) => action)).toEqual(['api_key.created']);
  });

  it('holds from the next request on', async () => {
    const { key, apiKey } = await owner.key();
    expect(await tryKey(key)).toBe(200);
    await owner.patch(apiKey.id, { scopes: ['usage:read'] });
    expect(await tryKey(key)).toBe(403);
    await owner.patch(apiKey.id, { scopes: ['generate'], models: ['gpt-4.1'] });
    expect(await tryKey(key)).toBe(403);
    await owner.patch(apiKey.id, { models: null });
    expect(await tryKey(key)).toBe(200);
  });
});

describe('revoking', () => {
  it('is for good, and as often as you like', async () => {
    const { key, apiKey } = await owner.key();
    expect(await tryKey(key)).toBe(200);
    expect(await owner.revoke(apiKey.id)).toMatchObject({ status: 204, text: '' });
    expect((await owner.revoke(apiKey.id)).status).toBe(204);
    const refused = await generate(key);
    expect(expectError(refused, 401, 'unauthenticated').message).toContain('revoked');
    expect((await owner.item(apiKey.id)).body).toMatchObject({ status: 'revoked' });
    expectError(await owner.patch(apiKey.id, { name: 'back' }), 409, 'conflict');
    expectError(await owner.rotate(apiKey.id), 409, 'conflict');
    const actions = (await owner.audit()).filter(({ apiKeyId }) => apiKeyId === apiKey.id);
    expect(actions.filter(({ action }) => action === 'api_key.revoked')).toHaveLength(1);
  });

  it('by many at once is one revocation, and all hear that it is done', async () => {
    const { apiKey } = await owner.key();
    const answers = await Promise.all(Array.from({ length: 6 }, () => owner.revoke(apiKey.id)));
    expect(answers.map(({ status }) => status)).toEqual(Array(6).fill(204));
    const actions = (await owner.audit()).filter(({ apiKeyId }) => apiKeyId === apiKey.id);
    expect(actions.filter(({ action }) => action === 'api_key.revoked')).toHaveLength(1);
  });
});

describe('what is not yours', () => {
  it('is not there', async () => {
    const { apiKey } = await owner.key();
    const { id } = apiKey;
    for (const answer of [
      await other.item(id),
      await other.patch(id, { name: 'mine' }),
      await other.rotate(id),
      await other.revoke(id),
    ]) {
      expectError(answer, 404, 'not_found');
    }
    expect((await other.list()).body.items).toEqual([]);
    expect(await other.audit()).toEqual([]);
    expect((await owner.item(id)).body).toEqual(apiKey);
  });

  it.each([
    'unknown',
    'a%2Fb',
    'a%2Fb%2Fc',
    '..%2F..',
    '%2e%2e',
    '__id__',
    '%00',
    'é',
    'x'.repeat(100),
    randomUUID(),
  ])('%s', async (id) => {
    for (const answer of [
      await owner.item(id),
      await owner.patch(id, { name: 'x' }),
      await owner.rotate(id),
    ]) {
      expectError(answer, 404, 'not_found');
    }
    expectError(await owner.revoke(id), 404, 'not_found');
  });
});

describe('a key', () => {
  it.each(['Authorization', 'X-API-Key'])('makes, shows and changes no keys, sent as %s', async (header) => {
    const { key, apiKey } = await owner.key({ scopes: ['generate', 'models:read', 'usage:read'] });
    const as = { headers: { [header]: header === 'Authorization' ? `Bearer ${key}` : key } };
    const anonymous = { ...as, token: undefined } as unknown as { headers: Record<string, string> };
    for (const answer of [
      await owner.create({ name: 'more', scopes: ['generate'] }, anonymous),
      await owner.item(apiKey.id, anonymous),
      await owner.item(apiKey.id, { ...anonymous, method: 'PATCH', body: { scopes: ['usage:read'] } }),
      await owner.rotate(apiKey.id, {}, anonymous),
      await owner.revoke(apiKey.id, anonymous),
    ]) {
      expectError(answer, 403, 'forbidden');
    }
    expect((await owner.item(apiKey.id)).body).toMatchObject({ status: 'active' });
  });
});
