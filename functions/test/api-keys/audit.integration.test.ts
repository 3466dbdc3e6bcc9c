import { beforeAll, describe, expect, it } from 'vitest';
import { api } from '../harness/request.ts';
import { generate, newOwner, type Owner, tryKey } from './support.ts';

let owner: Owner;
beforeAll(async () => {
  owner = await newOwner();
});

describe('the audit log', () => {
  it('has each change with who, from where, before and after; the newest first, and no secret', async () => {
    const from = { 'User-Agent': 'audit-test/1', 'X-Forwarded-For': '203.0.113.7' };
    const made = await owner.create({ name: 'first', scopes: ['generate'] }, { headers: from });
    const { key, apiKey } = made.body;
    const renamed = { name: 'second', limits: { concurrency: 2 } };
    await owner.item(apiKey.id, { method: 'PATCH', body: renamed, headers: from });
    const rotated = await owner.rotate(apiKey.id, { graceSeconds: 60 }, { headers: from });
    await owner.revoke(apiKey.id, { headers: from });

    const records = await owner.audit();
    const by = {
      actor: owner.uid,
      apiKeyId: apiKey.id,
      ip: '203.0.113.7',
      userAgent: 'audit-test/1',
      count: 1,
    };
    const first = { name: 'first', status: 'active', limits: null, scopes: ['generate'], userId: owner.uid };
    const second = { ...first, ...renamed };
    expect(records).toMatchObject([
      { ...by, action: 'api_key.revoked', before: second, after: { ...second, status: 'revoked' } },
      { ...by, action: 'api_key.rotated', before: second, after: second },
      { ...by, action: 'api_key.updated', before: first, after: second },
      { ...by, action: 'api_key.created', before: null, after: first },
    ]);
    const times = records.map(({ timestamp }) => Date.parse(timestamp));
    expect(times).toEqual([...times].sort((a, b) => b - a));

    const text = JSON.stringify(records);
    for (const each of [key, rotated.body.key]) {
      const secret = each.split('_')[3] ?? '';
      expect(text).not.toContain(secret.slice(0, 43));
    }
    expect(text).not.toMatch(/\$2[aby]\$|hash/i);
  });

  it('comes by page, whole', async () => {
    const all = await owner.audit();
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const query = `?limit=3${cursor ? `&cursor=${cursor}` : ''}`;
      const { body } = await api<{ items: { id: string }[]; nextCursor?: string }>(`audit-log${query}`, {
        token: owner.accessToken,
      });
      expect(body.items.length).toBeLessThanOrEqual(3);
      seen.push(...body.items.map(({ id }) => id));
      cursor = body.nextCursor;
    } while (cursor);
    expect(seen).toEqual(all.map(({ id }) => id));
  });

  it('has a refused use once a minute for each reason, not once a request', async () => {
    const user = await newOwner();
    const { key, apiKey } = await user.key({ models: ['gpt-4.1-mini'] });
    for (let i = 0; i < 5; i += 1) {
      expect(
        (await generate(key, { model: 'gpt-4.1' }, { headers: { 'User-Agent': 'intruder' } })).status,
      ).toBe(403);
    }
    expect((await api('api-keys', { token: key })).status).toBe(403);
    await user.revoke(apiKey.id);
    await Promise.all(Array.from({ length: 5 }, () => tryKey(key)));
    const refused = (await user.audit()).filter(({ action }) => action === 'api_key.use_refused');
    expect(refused).toMatchObject([
      { apiKeyId: apiKey.id, actor: apiKey.id, count: 1, after: { reason: 'This API key is revoked.' } },
      { after: { reason: 'This route takes an access token, not an API key.' } },
      { userAgent: 'intruder', after: { reason: expect.stringContaining('gpt-4.1') } },
    ]);
  });

  it('has nothing of a key that is not genuine, nor of a limit', async () => {
    const user = await newOwner();
    const { key } = await user.key({ limits: { requestsPerMinute: 1 } });
    const wrong = key.replace(/_[^_]{10}/, '_0000000000');
    expect(await tryKey(wrong)).toBe(401);
    expect(await tryKey(key)).toBe(200);
    expect(await tryKey(key)).toBe(429);
    expect((await user.audit()).map(({ action }) => action)).toEqual(['api_key.created']);
  });
});
