import { randomUUID } from 'node:crypto';
import { Timestamp } from '@google-cloud/firestore';
import { beforeAll, describe, expect, it } from 'vitest';
import { nanoFromUsd } from '../../src/domain/money.ts';
import { addSums, noUsageSums } from '../../src/domain/rollup.ts';
import { type GroupBy, type SummaryItem, summariseUsage } from '../../src/services/usage/summarise-usage.ts';
import { StoreHandle } from '../../src/store/handle.ts';
import { type UsageDocument, usageRef } from '../../src/store/usage-metrics.ts';
import { rollupRef } from '../../src/store/usage-rollups.ts';
import { expectError } from '../auth/support.ts';
import { type Answer, api } from '../harness/request.ts';
import type { TestUser } from '../harness/users.ts';
import { addRecords, dayAgo, firestore, on, record, userOfAge } from './support.ts';

const DAYS = [40, 33, 3, 2, 1, 0].map(dayAgo);
const TIMES = ['00:00:00Z', '00:00:00.001Z', '11:30:00Z', '23:59:59.999Z'];

interface Item {
  day?: string;
  provider?: string;
  model?: string;
  apiKeyId?: string | null;
  requests: number;
  errors: number;
  inputTokens: number;
  cost: { usd: string };
}
type Summary = { from: string; to: string; items: Item[] };

let user: TestUser;
let documents: UsageDocument[];
beforeAll(async () => {
  user = await userOfAge(50);
  let i = 0;
  documents = DAYS.flatMap((day) =>
    TIMES.flatMap((time) => {
      // Not in the future.
      const timestamp =
        day === dayAgo(0)
          ? Timestamp.fromMillis(Math.min(Date.now(), on(day, time).toMillis()))
          : on(day, time);
      return ['openai', 'anthropic'].map((provider) => {
        i += 1;
        return record(user.uid, {
          timestamp,
          provider,
          model: `m${i % 3}`,
          ...(i % 4 === 0 && { apiKeyId: `key${i % 8}` }),
          status: i % 5 === 0 ? 'error' : 'ok',
          inputTokens: i,
          costNanoUsd: i * 1_000_000_007,
        });
      });
    }),
  );
  await addRecords(documents);
});

const summary = (query: string): Promise<Answer<Summary>> =>
  api(`usage/summary?${query}`, { token: user.accessToken });

const dayOf = ({ timestamp }: UsageDocument) => timestamp.toDate().toISOString().slice(0, 10);
const LABELS: Record<GroupBy, (document: UsageDocument) => object> = {
  day: (document) => ({ day: dayOf(document) }),
  provider: ({ provider }) => ({ provider }),
  model: ({ provider, model }) => ({ provider, model }),
  apiKey: ({ apiKeyId = null }) => ({ apiKeyId }),
};

/** What the records say, added up here. */
function expected(groupBy: GroupBy, wanted: (document: UsageDocument) => boolean) {
  const groups = new Map<string, { label: object; sums: ReturnType<typeof noUsageSums> }>();
  for (const each of documents.filter(wanted)) {
    const label = LABELS[groupBy](each);
    const group = groups.get(JSON.stringify(label)) ?? { label, sums: noUsageSums() };
    addSums(group.sums, { ...each, requests: 1, errors: each.status === 'ok' ? 0 : 1 });
    groups.set(JSON.stringify(label), group);
  }
  return [...groups.values()].map(({ label, sums: { costNanoUsd, ...sums } }) => ({
    ...label,
    ...sums,
    costNanoUsd,
  }));
}
const flat = (items: Item[]) =>
  items.map(({ cost, ...item }) => ({ ...item, costNanoUsd: nanoFromUsd(cost.usd) }));
const byText = (a: object, b: object) => JSON.stringify(a).localeCompare(JSON.stringify(b));
const last30 = (document: UsageDocument) => dayOf(document) >= dayAgo(29);

describe('the summary', () => {
  const cases: [string, GroupBy, (document: UsageDocument) => boolean][] = [
    ['', 'day', last30],
    ...(['day', 'provider', 'model', 'apiKey'] as const).map((groupBy): [string, GroupBy, typeof last30] => [
      `groupBy=${groupBy}&from=${dayAgo(45)}`,
      groupBy,
      () => true,
    ]),
    [
      `from=${dayAgo(3)}&to=${dayAgo(1)}`,
      'day',
      (each) => dayOf(each) >= dayAgo(3) && dayOf(each) <= dayAgo(1),
    ],
    [`from=${dayAgo(2)}&to=${dayAgo(2)}&groupBy=model`, 'model', (each) => dayOf(each) === dayAgo(2)],
    ['groupBy=model&provider=openai', 'model', (each) => last30(each) && each.provider === 'openai'],
    ['groupBy=day&apiKeyId=key4', 'day', (each) => last30(each) && each.apiKeyId === 'key4'],
    ['groupBy=provider&model=m1', 'provider', (each) => last30(each) && each.model === 'm1'],
    ['apiKeyId=nobody', 'day', () => false],
    [
      `from=${dayAgo(0)}&to=9999-12-31`.replace('9999-12-31', dayAgo(-30)),
      'day',
      (each) => dayOf(each) === dayAgo(0),
    ],
  ];
  it.each(cases)('?%s is the sum of the records', async (query, groupBy, wanted) => {
    for (const time of ['first', 'from the roll-ups']) {
      const { body, status } = await summary(query);
      expect({ time, status }).toEqual({ time, status: 200 });
      expect(flat(body.items).sort(byText)).toEqual(expected(groupBy, wanted).sort(byText));
      const { items } = body;
      if (groupBy === 'day') expect(items.map(({ day }) => day)).toEqual(items.map(({ day }) => day).sort());
      else {
        const costs = flat(items).map(({ costNanoUsd }) => costNanoUsd);
        expect(costs).toEqual([...costs].sort((a, b) => b - a));
      }
    }
  });

  it.each(['from=0001-01-01&to=0001-01-01', 'from=9998-12-31&to=9998-12-31'])(
    '?%s is empty',
    async (query) => {
      expect(await summary(query)).toMatchObject({ status: 200, body: { items: [] } });
    },
  );

  it('comes from roll-ups, one read a day, which are made again when they are gone', async () => {
    const request = { groupBy: 'model' as const, from: dayAgo(45), to: dayAgo(1) };
    const summarise = async () => {
      const store = new StoreHandle(firestore, Date.now);
      return { items: await summariseUsage(store, user.uid, request), operations: store.operations };
    };
    await summarise();
    const again = await summarise();
    expect(again.operations).toEqual({ reads: 45, writes: 0 });
    for (let day = 1; day <= 45; day += 1) await rollupRef(firestore, user.uid, dayAgo(day)).delete();
    const anew = await summarise();
    expect(anew.items.sort(byText)).toEqual(again.items.sort(byText));
    expect(anew.operations.writes).toBe(45);
    expect((await summarise()).operations).toEqual({ reads: 45, writes: 0 });
  });

  it.each([
    'groupBy=hour',
    `from=${dayAgo(1)}&to=${dayAgo(2)}`,
    `from=${dayAgo(400)}&to=${dayAgo(0)}`,
    'from=2026-02-30',
    'to=9999-12-31',
    'to=0000-12-31',
    'from=2026-02-01T00:00:00Z',
    'limit=5',
  ])('refuses %s', async (query) => {
    expectError(await summary(query), 400, 'invalid_request');
  });

  it('is of you alone', async () => {
    const other = await userOfAge(50);
    const { body } = await api<Summary>(`usage/summary?from=${dayAgo(45)}`, { token: other.accessToken });
    expect(body.items).toEqual([]);
  });
});

describe('a day that is not over', () => {
  /** A user's day at a clock that moves. */
  function world() {
    const uid = `user_${randomUUID()}`;
    const clock = { now: Date.parse('2026-05-04T12:00:00Z') };
    const store = new StoreHandle(firestore, () => clock.now);
    const add = async (secondsAgo: number, change: Partial<UsageDocument> = {}) => {
      const timestamp = Timestamp.fromMillis(clock.now - secondsAgo * 1000);
      const [made] = await addRecords([record(uid, { timestamp, costNanoUsd: 100, ...change })]);
      return made?.id ?? '';
    };
    const total = async (day = '2026-05-04'): Promise<Partial<SummaryItem>> => {
      const items = await summariseUsage(store, uid, { groupBy: 'provider', from: day, to: day });
      return { requests: items[0]?.requests ?? 0, costNanoUsd: items[0]?.costNanoUsd ?? 0 };
    };
    return { uid, clock, store, add, total };
  }

  it('counts what has just been written, once, however often it is asked', async () => {
    const { add, total, clock, store } = world();
    for (let i = 1; i <= 5; i += 1) {
      await add(600);
      await add(1);
      // One that took its time to appear.
      await add(100);
      expect(await total()).toEqual({ requests: 3 * i, costNanoUsd: 300 * i });
      expect(await total()).toEqual({ requests: 3 * i, costNanoUsd: 300 * i });
      clock.now += 700_000;
    }
    clock.now = Date.parse('2026-05-05T00:10:00Z');
    expect(await total()).toEqual({ requests: 15, costNanoUsd: 1500 });
    const reads = store.operations.reads;
    expect(await total()).toEqual({ requests: 15, costNanoUsd: 1500 });
    expect(store.operations.reads - reads).toBe(1);
  });

  it('follows the late correction of a record that a sweep had settled', async () => {
    const { add, total, clock } = world();
    await add(1_000);
    const expired = await add(900, { settlement: 'expired', source: 'held', costNanoUsd: 5_000 });
    await add(800);
    expect(await total()).toEqual({ requests: 3, costNanoUsd: 5_200 });
    clock.now += 600_000;
    await add(0);
    expect(await total()).toEqual({ requests: 4, costNanoUsd: 5_300 });
    await usageRef(firestore, expired).update({ settlement: 'late', costNanoUsd: 70 });
    expect(await total()).toEqual({ requests: 4, costNanoUsd: 370 });
    clock.now += 86_400_000;
    expect(await total()).toEqual({ requests: 4, costNanoUsd: 370 });
  });

  it('is kept once nobody can correct it any more', async () => {
    const { add, total, clock, store } = world();
    await add(900, { settlement: 'expired', source: 'held', costNanoUsd: 5_000 });
    await total();
    clock.now += 86_400_000;
    await total();
    const before = store.operations.reads;
    expect(await total()).toEqual({ requests: 1, costNanoUsd: 5_000 });
    expect(store.operations.reads - before).toBe(1);
  });
});
