import { beforeAll, describe, expect, it } from 'vitest';
import { ask, expectError, seenUser, signUpAdmin } from '../auth/support.ts';
import { api, eventsOf, send } from '../harness/request.ts';
import type { TestUser } from '../harness/users.ts';

interface Limit {
  name: string;
  unit: string;
  limit: number | string;
  remaining: number | string;
  resetSeconds: number;
  windowSeconds?: number;
}
interface AdminUser {
  tier: string;
  overrides: Record<string, unknown> | null;
}

let admin: TestUser;
beforeAll(async () => {
  admin = await signUpAdmin();
});

const limitsOf = async (user: TestUser) => {
  const { body, status, headers } = await api<{ tier: string; items: Limit[] }>('limits', {
    token: user.accessToken,
  });
  expect(status).toBe(200);
  return { tier: body.tier, headers, ...Object.fromEntries(body.items.map((item) => [item.name, item])) } as {
    tier: string;
    headers: Headers;
  } & Record<string, Limit>;
};
const patch = (user: TestUser, body: object) =>
  ask<AdminUser>(`admin/users/${user.uid}`, { method: 'PATCH', token: admin.accessToken, body });

describe('GET limits', () => {
  it('tells a new user the tier’s, whole', async () => {
    const limits = await limitsOf(await seenUser());
    expect(limits).toMatchObject({
      tier: 'free',
      tokens: { unit: 'tokens', limit: 1_000_000, remaining: 1_000_000, resetSeconds: 0, windowSeconds: 500 },
      'requests-per-minute': { unit: 'requests', limit: 120, remaining: 120, windowSeconds: 60 },
      concurrency: { unit: 'concurrent-requests', limit: 10, remaining: 10, resetSeconds: 0 },
      'budget-day': { unit: 'usd', limit: '20.00', remaining: '20.00', windowSeconds: 86_400 },
    });
    expect(limits.headers.get('ratelimit-policy')).toContain('"tokens";q=1000000;');
    expect(limits.headers.get('x-ratelimit-remaining')).toBe('1000000');
  });

  it('follows a request: held while it runs, spent when it has ended', async () => {
    const user = await seenUser();
    const response = await send('/api/api/v1/llm/generate', {
      token: user.accessToken,
      body: {
        model: 'gpt-4.1-mini',
        prompt: '[[sandbox: tokens=60 delay=100]]',
        maxTokens: 1_000,
        stream: true,
      },
    });
    const during = await limitsOf(user);
    let done: { cost?: { usd: string }; usage?: { inputTokens: number; outputTokens: number } } = {};
    for await (const { event, data } of eventsOf(response)) if (event === 'done') done = data as typeof done;
    const after = await limitsOf(user);

    expect(during['concurrency']).toMatchObject({ remaining: 9, resetSeconds: 1 });
    expect(during['requests-per-minute']?.remaining).toBe(119);
    expect(1_000_000 - Number(during['tokens']?.remaining)).toBeGreaterThan(1_000 - 5);
    expect(after['concurrency']).toMatchObject({ remaining: 10, resetSeconds: 0 });
    // 2,000 a second come back: what was used is back by now.
    expect(Number(after['tokens']?.remaining)).toBeGreaterThan(1_000_000 - 200);
    const left = (limits: typeof after) =>
      BigInt(String(limits['budget-day']?.remaining).replace('.', '').padEnd(11, '0'));
    const spent = BigInt((done.cost?.usd ?? '').replace('.', '').padEnd(10, '0'));
    expect(spent).toBeGreaterThan(0n);
    expect(20_000_000_000n - left(after)).toBe(spent);
    expect(left(during)).toBeLessThan(left(after));
  });

  it('shows a tier and overrides at once', async () => {
    const user = await seenUser();
    await patch(user, { tier: 'pro' });
    const pro = await limitsOf(user);
    expect(pro).toMatchObject({
      tier: 'pro',
      concurrency: { limit: 50, remaining: 50 },
      'budget-month': { limit: '500.00' },
    });
    expect(pro['budget-day']).toBeUndefined();
    await patch(user, {
      overrides: {
        concurrency: 3,
        budgets: [
          { usd: '1.5', period: 'week' },
          { usd: '7', period: 'total' },
        ],
      },
    });
    expect(await limitsOf(user)).toMatchObject({
      concurrency: { limit: 3, remaining: 3 },
      'requests-per-minute': { limit: 1_200 },
      'budget-week': { limit: '1.50', remaining: '1.50', windowSeconds: 604_800 },
      'budget-total': { limit: '7.00', remaining: '7.00', resetSeconds: 0 },
    });
    await patch(user, { overrides: null, tier: 'free' });
    expect(await limitsOf(user)).toMatchObject({ tier: 'free', concurrency: { limit: 10 } });
  });
});

describe('PATCH admin/users/{uid} of overrides (RFC 7396)', () => {
  it('merges by field; null clears one, or all', async () => {
    const user = await seenUser();
    const tokens = { capacity: 5_000, refillPerSecond: 10 };
    const overridesAfter = async (overrides: object | null) => {
      const { body, status } = await patch(user, { overrides });
      expect(status).toBe(200);
      return body.overrides;
    };
    expect(await overridesAfter({ concurrency: 4, tokens })).toEqual({ concurrency: 4, tokens });
    const models = ['gpt-4.1'];
    expect(await overridesAfter({ models })).toEqual({ concurrency: 4, tokens, models });
    expect(await overridesAfter({ concurrency: null, requestsPerMinute: 9 })).toEqual({
      requestsPerMinute: 9,
      tokens,
      models,
    });
    expect(await limitsOf(user)).toMatchObject({
      tokens: { limit: 5_000 },
      'requests-per-minute': { limit: 9 },
      concurrency: { limit: 10 },
    });
    expect(await overridesAfter({})).toEqual({ requestsPerMinute: 9, tokens, models });
    expect((await patch(user, { tier: 'pro' })).body).toMatchObject({
      tier: 'pro',
      overrides: { requestsPerMinute: 9 },
    });
    expect(await overridesAfter({ requestsPerMinute: null, tokens: null, models: null })).toBeNull();
    expect(await overridesAfter({ budgets: [] })).toEqual({ budgets: [] });
    // No budget is none, not the tier's.
    expect(Object.keys(await limitsOf(user)).some((name) => name.startsWith('budget-'))).toBe(false);
    expect(await overridesAfter(null)).toBeNull();
  });

  it('merges inside of the bucket, too; what it does not say is the tier’s', async () => {
    const user = await seenUser();
    const overridesAfter = async (tokens: object | null) => {
      const { body, status } = await patch(user, { overrides: { tokens } });
      expect(status).toBe(200);
      return body.overrides;
    };
    const bucket = async () => (await limitsOf(user))['tokens'];
    expect(await overridesAfter({ capacity: 50_000 })).toEqual({ tokens: { capacity: 50_000 } });
    expect(await bucket()).toMatchObject({ limit: 50_000, windowSeconds: 25 });
    expect(await overridesAfter({ refillPerSecond: 10 })).toEqual({
      tokens: { capacity: 50_000, refillPerSecond: 10 },
    });
    expect(await bucket()).toMatchObject({ limit: 50_000, windowSeconds: 5_000 });
    expect(await overridesAfter({ capacity: null })).toEqual({ tokens: { refillPerSecond: 10 } });
    expect(await bucket()).toMatchObject({ limit: 1_000_000, windowSeconds: 100_000 });
    expect(await overridesAfter({})).toEqual({ tokens: { refillPerSecond: 10 } });
    expect(await overridesAfter({ refillPerSecond: null })).toBeNull();
    expect(await overridesAfter({ capacity: 7, refillPerSecond: 7 })).toEqual({
      tokens: { capacity: 7, refillPerSecond: 7 },
    });
    expect(await overridesAfter(null)).toBeNull();
    expect(await bucket()).toMatchObject({ limit: 1_000_000, windowSeconds: 500 });
  });

  it('loses none of what several administrators set at once', async () => {
    const user = await seenUser();
    const set = [{ concurrency: 3 }, { requestsPerMinute: 7 }, { tokens: { capacity: 900 } }];
    const answers = await Promise.all(set.map((overrides) => patch(user, { overrides })));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect((await patch(user, {})).body.overrides).toEqual(Object.assign({}, ...set));
  });

  it.each([
    { concurrency: 0 },
    { concurrency: 501 },
    { requestsPerMinute: 1.5 },
    { tokens: { capacity: 0 } },
    { tokens: { burst: 5 } },
    { tokens: 5 },
    { tokens: { capacity: 1e300, refillPerSecond: 1 } },
    { tokens: { capacity: 1e12, refillPerSecond: 1 } },
    { tokens: { capacity: 5, refillPerSecond: 1e10 } },
    { budgets: [{ usd: '1', period: 'year' }] },
    { budgets: [{ usd: '99999999', period: 'day' }] },
    {
      budgets: [
        { usd: '1', period: 'day' },
        { usd: '2', period: 'day' },
      ],
    },
    { budgets: { usd: '1', period: 'day' } },
    { models: [''] },
    { budget: [] },
  ])('refuses %j and changes nothing', async (overrides) => {
    const user = await seenUser();
    expectError(await patch(user, { overrides }), 400, 'invalid_request');
    expect((await limitsOf(user))['concurrency']?.limit).toBe(10);
    // Whatever is refused here must not be stored: the ledger reads it at the next request.
    const answer = await ask('llm/generate', {
      token: user.accessToken,
      body: { model: 'gpt-4.1-mini', prompt: 'Hi', maxTokens: 20 },
    });
    expect(answer.status).toBe(200);
  });
});
