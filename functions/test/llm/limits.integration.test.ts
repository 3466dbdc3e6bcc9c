import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ServeProcess } from '../../../tools/lib/serve-process.ts';
import type { LimitOverrides } from '../../src/domain/tiers.ts';
import { setAccess } from '../../src/services/set-access.ts';
import { ledgerRef } from '../../src/store/ledger-document.ts';
import { expectError, openStore } from '../auth/support.ts';
import { startInstance } from '../harness/stack.ts';
import { type Caller, firestore, generate, newCaller, ROUTES, type Route, recordsOf } from './support.ts';

const store = openStore();
const MODEL = 'gpt-4o-mini';
const [viaApi, viaProxy] = ROUTES.filter(({ provider }) => provider === 'openai') as [Route, Route];

let second: ServeProcess;
beforeAll(async () => {
  second = await startInstance();
});
afterAll(() => second.stop());

/** A user with limits of their own. */
async function limited(overrides: LimitOverrides): Promise<Caller> {
  const caller = await newCaller();
  await setAccess(store, caller.uid, { overrides: overrides as never });
  return caller;
}
const ask = { model: MODEL, prompt: '[[sandbox: tokens=40]]', maxTokens: 1000 };

/** As many requests at once, over both ways in and both instances. */
const rush = (caller: Caller, count: number, body: object = ask) =>
  Promise.all(
    Array.from({ length: count }, (_, index) =>
      generate(index % 2 ? viaApi : viaProxy, caller, body, index % 4 < 2 ? {} : { url: second.url }),
    ),
  );

const headersOf = (answer: Awaited<ReturnType<typeof generate>>) => ({
  policy: answer.headers.get('ratelimit-policy'),
  state: answer.headers.get('ratelimit'),
  limit: Number(answer.headers.get('x-ratelimit-limit')),
  remaining: Number(answer.headers.get('x-ratelimit-remaining')),
  reset: Number(answer.headers.get('x-ratelimit-reset')),
});

describe('the token bucket', () => {
  it('of 50 requests at once admits no more than fit, over two instances', async () => {
    // A request holds its 1,000 output tokens and an input bound of some hundreds until it is settled at about 50.
    const capacity = 6_000;
    const caller = await limited({ tokens: { capacity, refillPerSecond: 1 }, concurrency: 50 });
    // Slow enough that all 50 stand before the first is settled.
    const answers = await rush(caller, 50, { ...ask, prompt: '[[sandbox: tokens=40 delay=2500]]' });
    const admitted = answers.filter(({ status }) => status === 200);
    const refused = answers.filter(({ status }) => status !== 200);
    expect(admitted.length).toBeGreaterThan(0);
    const records = await recordsOf(caller.uid);
    expect(records).toHaveLength(admitted.length);
    for (const answer of refused) {
      const error = expectError(answer, 429, 'rate_limited');
      expect(error.details).toMatchObject({ limit: 'tokens' });
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(headersOf(answer)).toMatchObject({ limit: capacity });
    }
    // Whatever the order: what was held at any time fitted, and what was refused held nothing.
    const held = records[0]?.heldTokens ?? 0;
    expect(held).toBeGreaterThan(1_000);
    const intervals = records.map(({ admittedAt, timestamp }) => [
      admittedAt.toMillis(),
      timestamp.toMillis(),
    ]);
    for (const [from = 0] of intervals) {
      const live = intervals.filter(([begin = 0, end = 0]) => begin <= from && from < end).length;
      expect(live * held).toBeLessThanOrEqual(capacity + 60);
    }
    expect(refused.length).toBeGreaterThan(0);
  }, 60_000);

  it('is told in the headers as the ledger has it', async () => {
    const caller = await limited({ tokens: { capacity: 50_000, refillPerSecond: 1 } });
    const first = await generate(viaProxy, caller, ask);
    const { policy, state, limit, remaining, reset } = headersOf(first);
    expect(policy).toContain('"tokens";q=50000;qu="tokens";w=50000');
    expect(state).toContain(`"tokens";r=${remaining};t=${reset}`);
    const [record] = await recordsOf(caller.uid);
    if (!record) throw new Error('no record');
    expect({ limit, remaining }).toEqual({ limit: 50_000, remaining: 50_000 - record.heldTokens });
    expect(reset).toBe(record.heldTokens);

    // What was not used is back by the next request.
    const second = headersOf(await generate(viaProxy, caller, ask));
    const used = record.inputTokens + record.outputTokens;
    const left = 50_000 - used - record.heldTokens;
    expect(second.remaining).toBeGreaterThanOrEqual(left);
    expect(second.remaining).toBeLessThanOrEqual(left + 30);
    const document = (await ledgerRef(firestore, caller.uid).get()).data();
    expect(document?.book?.tokens).toBeGreaterThan(left);
  });

  it('says when what was refused fits again, and it does then', async () => {
    const caller = await limited({ tokens: { capacity: 1_500, refillPerSecond: 500 } });
    // The bucket carries one of them at a time.
    const body = { ...ask, prompt: '[[sandbox: tokens=1000 delay=1500]]' };
    const answers = await Promise.all([1, 2].map(() => generate(viaProxy, caller, body)));
    const [admitted, refused] = answers.sort((a, b) => a.status - b.status);
    expect(admitted?.status).toBe(200);
    if (!refused) throw new Error('nothing was refused');
    expectError(refused, 429, 'rate_limited');
    const seconds = Number(refused.headers.get('retry-after'));
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(3);
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    expect((await generate(viaProxy, caller, body)).status).toBe(200);
  });

  it('that is too small for a request says so at once', async () => {
    const caller = await limited({ tokens: { capacity: 500, refillPerSecond: 500 } });
    const error = expectError(await generate(viaProxy, caller, ask), 422, 'unprocessable');
    expect(error.details).toMatchObject({ limit: 'tokens' });
    expect(await recordsOf(caller.uid)).toEqual([]);
  });
});

describe('the other limits', () => {
  it('so many requests a minute', async () => {
    const caller = await limited({ requestsPerMinute: 5, concurrency: 50 });
    const answers = await rush(caller, 20);
    const admitted = answers.filter(({ status }) => status === 200);
    expect(admitted.length).toBeGreaterThanOrEqual(5);
    // One comes back every twelve seconds.
    const times = (await recordsOf(caller.uid)).map(({ admittedAt }) => admittedAt.toMillis());
    const tookMs = Math.max(...times) - Math.min(...times);
    expect(admitted.length).toBeLessThanOrEqual(5 + tookMs / 12_000);
    const refused = answers.find(({ status }) => status !== 200);
    if (!refused) throw new Error('nothing was refused');
    expect(expectError(refused, 429, 'rate_limited').details).toMatchObject({ limit: 'requests-per-minute' });
    expect(headersOf(refused)).toMatchObject({ limit: 5, remaining: 0 });
  });

  it('so many at once', async () => {
    const caller = await limited({ concurrency: 3 });
    const answers = await rush(caller, 12, { ...ask, prompt: '[[sandbox: tokens=40 delay=2500]]' });
    const records = await recordsOf(caller.uid);
    const ends = records.map(({ timestamp }) => timestamp.toMillis());
    for (const { admittedAt } of records) {
      const at = admittedAt.toMillis();
      const live = records.filter((other, i) => other.admittedAt.toMillis() <= at && at < (ends[i] ?? 0));
      expect(live.length).toBeLessThanOrEqual(3);
    }
    const refused = answers.find(({ status }) => status !== 200);
    if (!refused) throw new Error('nothing was refused');
    const error = expectError(refused, 429, 'rate_limited');
    expect(error.details).toMatchObject({ limit: 'concurrency' });
    expect(refused.headers.get('retry-after')).toBe('1');
    // And then it is somebody else's turn.
    expect((await generate(viaProxy, caller, ask)).status).toBe(200);
  }, 60_000);

  it('so much money a day: what is held and spent never passes it', async () => {
    const caller = await limited({ budgets: [{ period: 'day', nanoUsd: 3_000_000 }], concurrency: 50 });
    const body = { ...ask, prompt: '[[sandbox: tokens=1000]]' };
    const answers = await rush(caller, 30, body);
    const spent = (await recordsOf(caller.uid)).reduce((sum, { costNanoUsd }) => sum + costNanoUsd, 0);
    expect(spent).toBeGreaterThan(0);
    expect(spent).toBeLessThanOrEqual(3_000_000);
    const codes = new Set(answers.filter(({ status }) => status !== 200).map(({ status }) => status));
    // Blocked by holds for now, or by what is spent for good.
    for (const status of codes) expect([402, 429]).toContain(status);
    const document = (await ledgerRef(firestore, caller.uid).get()).data();
    expect(document?.book?.settled.day.nanoUsd).toBe(spent);
  });

  it('only some models', async () => {
    const caller = await limited({ models: ['gpt-4o'] });
    expectError(await generate(viaProxy, caller, ask), 403, 'forbidden');
    expect((await generate(viaProxy, caller, { ...ask, model: 'gpt-4o' })).status).toBe(200);
  });
});
