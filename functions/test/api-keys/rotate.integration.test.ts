import { beforeAll, describe, expect, it } from 'vitest';
import { expectError } from '../auth/support.ts';
import { generate, KEY_TEXT, newOwner, type Owner, sleep, tryKey } from './support.ts';

let owner: Owner;
beforeAll(async () => {
  owner = await newOwner();
});

const list = async (token: string) =>
  (await owner.item('../llm/providers', { headers: { 'X-API-Key': token } })).status;

describe('rotating by hand', () => {
  it('without a grace ends the old secret at once, on a key that stays the same', async () => {
    const body = {
      scopes: ['generate', 'usage:read'],
      budget: { usd: '1', period: 'total' },
      tags: { a: 'b' },
    };
    const { key, apiKey } = await owner.key(body);
    expect(await tryKey(key)).toBe(200);
    const { body: rotated, status } = await owner.rotate(apiKey.id);
    expect(status).toBe(200);
    expect(rotated.key).toMatch(KEY_TEXT);
    expect(rotated.key).not.toBe(key);
    expect(rotated.apiKey).toEqual({ ...apiKey, lastUsedAt: expect.any(String) });
    const refused = await generate(key);
    expect(expectError(refused, 401, 'unauthenticated').message).toContain('rotated');
    expect(await tryKey(rotated.key)).toBe(200);
    // What was spent with the old secret is spent.
    const spent = await owner.item<{ items: { requests: number; apiKeyId: string }[] }>(
      '../usage/summary?groupBy=apiKey',
    );
    expect(spent.body.items).toMatchObject([{ apiKeyId: apiKey.id, requests: 2 }]);
  });

  it('with a grace lets both work, also on routes without admission', async () => {
    const { key, apiKey } = await owner.key({ scopes: ['generate', 'models:read'] });
    const { body } = await owner.rotate(apiKey.id, { graceSeconds: 600 });
    const both = [tryKey(key), tryKey(body.key), list(key), list(body.key)];
    expect(await Promise.all(both)).toEqual([200, 200, 200, 200]);
  });

  it.each([
    ['admission', (key: string) => tryKey(key)],
    ['reading', (key: string) => list(key)],
  ])('lets the old secret work until the grace ends, and not after: %s', async (_, use) => {
    const { key, apiKey } = await owner.key({ scopes: ['generate', 'models:read'] });
    const asked = Date.now();
    const { body } = await owner.rotate(apiKey.id, { graceSeconds: 2 });
    const answered = Date.now();
    for (let refused = 0; refused < 3; ) {
      const sent = Date.now();
      const status = await use(key);
      if (status === 200) expect(sent).toBeLessThan(answered + 2_000);
      else {
        expect(status).toBe(401);
        expect(Date.now()).toBeGreaterThanOrEqual(asked + 2_000);
        refused += 1;
      }
      await sleep(100);
    }
    expect(await use(body.key)).toBe(200);
  });

  it('again ends the grace before', async () => {
    const { key, apiKey } = await owner.key();
    const second = (await owner.rotate(apiKey.id, { graceSeconds: 600 })).body.key;
    const third = (await owner.rotate(apiKey.id, { graceSeconds: 600 })).body.key;
    expect([await tryKey(key), await tryKey(second), await tryKey(third)]).toEqual([401, 200, 200]);
    const fourth = (await owner.rotate(apiKey.id, { graceSeconds: 0 })).body.key;
    expect([await tryKey(third), await tryKey(fourth)]).toEqual([401, 200]);
  });

  it('takes the policy’s grace where none is given', async () => {
    const { key, apiKey } = await owner.key({ rotation: { everyDays: 30, graceSeconds: 600 } });
    const { key: next } = (await owner.rotate(apiKey.id)).body;
    expect([await tryKey(key), await tryKey(next)]).toEqual([200, 200]);
  });

  it('by many at once makes one new secret, which works', async () => {
    const { key, apiKey } = await owner.key();
    const answers = await Promise.all(Array.from({ length: 6 }, () => owner.rotate(apiKey.id)));
    const won = answers.filter(({ status }) => status === 200);
    expect(won).toHaveLength(1);
    for (const answer of answers) if (answer.status !== 200) expectError(answer, 409, 'conflict');
    expect([await tryKey(won[0]?.body.key ?? ''), await tryKey(key)]).toEqual([200, 401]);
    const actions = (await owner.audit()).filter(({ apiKeyId }) => apiKeyId === apiKey.id);
    expect(actions.filter(({ action }) => action === 'api_key.rotated')).toHaveLength(1);
  });

  it.each([{ graceSeconds: -1 }, { graceSeconds: 604_801 }, { graceSeconds: 1.5 }, { grace: 1 }])(
    'refuses %j',
    async (body) => {
      const { key, apiKey } = await owner.key();
      expectError(await owner.rotate(apiKey.id, body), 400, 'invalid_request');
      expect(await tryKey(key)).toBe(200);
    },
  );
});
