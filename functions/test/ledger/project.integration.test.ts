import { randomUUID } from 'node:crypto';
import type { Firestore, Timestamp } from '@google-cloud/firestore';
import { afterAll, describe, expect, it } from 'vitest';
import { GatewayError } from '../../src/domain/errors.ts';
import type { Budget } from '../../src/domain/tiers.ts';
import { LedgerStore } from '../../src/services/ledger/ledger-store.ts';
import { ProjectPool } from '../../src/services/ledger/project-pool.ts';
import { readProjectBudget, reconcilePool } from '../../src/services/ledger/read-project-budget.ts';
import { reconcileLedger } from '../../src/services/ledger/reconcile.ts';
import { sweepLedgers } from '../../src/services/ledger/sweep.ts';
import { ledgerRef } from '../../src/store/ledger-document.ts';
import { poolRef } from '../../src/store/project-pool.ts';
import { type Fate, faultyFirestore, seeded } from './faulty.ts';
import { addKey, keyRequest } from './keys.ts';
import { runAndKill, runProcesses } from './processes.ts';
import {
  addUser,
  type Counted,
  countedLedger,
  facts,
  movableClock,
  openFirestore,
  readState,
  request,
} from './setup.ts';

const opened: Firestore[] = [];
afterAll(() => Promise.all(opened.map((firestore) => firestore.terminate())));

/** A project of its own: there is one pool in each. */
function openProject(): { firestore: Firestore; projectId: string } {
  const projectId = `demo-project-${randomUUID().slice(0, 8)}`;
  const firestore = openFirestore(projectId);
  opened.push(firestore);
  return { firestore, projectId };
}

const loose = {
  tokens: { capacity: 1e9, refillPerSecond: 1e6 },
  requestsPerMinute: 1e6,
  concurrency: 500,
  budgets: [],
};
const total = (nanoUsd: number): Budget => ({ period: 'total', nanoUsd });

async function refusal(promise: Promise<unknown>): Promise<GatewayError> {
  const thrown = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(thrown instanceof GatewayError)) throw new Error(`Not a refusal: ${thrown}`);
  return thrown;
}

/** Admits and settles one request. */
async function use({ ledger }: Counted, uid: string, nanoUsd: number, cost: number): Promise<void> {
  const ask = request(uid, { nanoUsd });
  await ledger.admit(ask);
  await ledger.settle(ask.requestId, uid, facts(1, cost));
}

describe("the project's budget", () => {
  it('is leased in parts, so that most requests cost no more than without it', async () => {
    const { firestore } = openProject();
    const uid = await addUser(firestore, loose);
    const counted = countedLedger(firestore, { projectBudget: total(1_000_000_000) });
    for (let i = 0; i < 20; i++) await use(counted, uid, 1_000, 400);
    // The user, the ledger, the pool; three writes a request, and one to the pool.
    expect(counted).toMatchObject({ reads: 3, writes: 3 * 20 + 1 });
    const { lease } = await readState(firestore, uid);
    expect(lease).toMatchObject({ nanoUsd: 33_000, settled: { nanoUsd: 8_000 }, period: 'total' });
    expect(await reconcilePool(firestore, Date.now())).toEqual({
      leasedNanoUsd: 33_000,
      leasesNanoUsd: 33_000,
      ledgers: 1,
      reportedNanoUsd: 0,
      unreportedNanoUsd: 8_000,
    });
    expect(await readProjectBudget(firestore, total(1_000_000_000), Date.now())).toMatchObject({
      limit: { name: 'project-budget-total', limit: 1_000_000_000, remaining: 999_967_000 },
      reportedNanoUsd: 0,
      leasedNanoUsd: 33_000,
    });
  });

  it('does not refuse more to who holds a part already because somebody else was refused as much', async () => {
    const { firestore } = openProject();
    const [holder, other] = [await addUser(firestore, loose), await addUser(firestore, loose)];
    const { ledger } = countedLedger(firestore, { projectBudget: total(1_000) });
    const ask = request(holder, { nanoUsd: 600 });
    await ledger.admit(ask);
    expect((await refusal(ledger.admit(request(other, { nanoUsd: 500 })))).code).toBe('rate_limited');
    const { deadline: _, idempotency: __, ...further } = ask;
    await ledger.extend({ ...further, hold: { tokens: 100, outputTokens: 0, nanoUsd: 650 } });
    expect((await readState(firestore, holder)).account.heldNanoUsd).toBe(650);
    const tooMuch = ledger.extend({ ...further, hold: { tokens: 100, outputTokens: 0, nanoUsd: 1_001 } });
    expect((await refusal(tooMuch)).code).toBe('unprocessable');
  });

  it('takes back what others leased and do not use before it refuses, and says what blocks', async () => {
    const { firestore } = openProject();
    const [a, b, c] = await Promise.all([1, 2, 3].map(() => addUser(firestore, loose)));
    const projectBudget = total(10_000);
    const counted = countedLedger(firestore, { projectBudget });
    await use(counted, a ?? '', 3_000, 1_000);
    const held = request(b ?? '', { nanoUsd: 4_000 });
    await counted.ledger.admit(held);
    // 1,000 are spent, 4,000 are held, and all the rest is free, wherever it is leased to.
    const other = countedLedger(firestore, { projectBudget });
    expect(await refusal(other.ledger.admit(request(c ?? '', { nanoUsd: 5_001 })))).toMatchObject({
      code: 'rate_limited',
      retryAfterSeconds: 1,
      details: { limit: 'project-budget-total' },
    });
    const last = request(c ?? '', { nanoUsd: 5_000 });
    await other.ledger.admit(last);
    expect(await refusal(counted.ledger.admit(request(a ?? '', { nanoUsd: 1 })))).toMatchObject({
      code: 'rate_limited',
    });
    await other.ledger.settle(last.requestId, c ?? '', facts(1, 5_000));
    await counted.ledger.settle(held.requestId, b ?? '', facts(1, 3_500));
    const error = await refusal(counted.ledger.admit(request(a ?? '', { nanoUsd: 501 })));
    expect(error).toMatchObject({ code: 'budget_exceeded', details: { limit: 'project-budget-total' } });
    expect(error.message).toMatch(/0\.0000005 USD/);
    await use(counted, a ?? '', 500, 500);
    expect(await refusal(counted.ledger.admit(request(a ?? '', { nanoUsd: 10_001 })))).toMatchObject({
      code: 'unprocessable',
    });
    expect(await refusal(counted.ledger.admit(request(b ?? '', { nanoUsd: undefined })))).toMatchObject({
      code: 'unprocessable',
      details: { limit: 'project-budget-total' },
    });
    await use(counted, b ?? '', 0, 0);
    const { leasedNanoUsd, leasesNanoUsd, reportedNanoUsd, unreportedNanoUsd } = await reconcilePool(
      firestore,
      Date.now(),
    );
    expect([leasedNanoUsd, reportedNanoUsd + unreportedNanoUsd]).toEqual([leasesNanoUsd, 10_000]);
  });

  it('is leased to many ledgers in few commits when they come at once', async () => {
    const { firestore } = openProject();
    const users = await Promise.all(Array.from({ length: 40 }, () => addUser(firestore, loose)));
    const counted = countedLedger(firestore, { projectBudget: total(1_000_000_000) });
    await Promise.all(users.map((uid) => counted.ledger.admit(request(uid))));
    const poolWrites = counted.writes - users.length;
    expect(poolWrites).toBeGreaterThan(0);
    expect(poolWrites).toBeLessThanOrEqual(20);
    const { leasedNanoUsd, leasesNanoUsd, ledgers } = await reconcilePool(firestore, Date.now());
    expect([leasedNanoUsd, ledgers]).toEqual([leasesNanoUsd, 40]);
  });

  it('fails nobody else in a shared commit for what is wrong with one', async () => {
    const { firestore } = openProject();
    const now = Date.now;
    const clock = movableClock();
    const onOperations = () => undefined;
    const shared = { firestore: () => firestore, onOperations, localNow: now };
    const store = new LedgerStore({ ...shared, clock, loadUser: async () => undefined });
    const pool = new ProjectPool({ ...shared, store, budget: total(1_000), now, newEpoch: () => 'e' });
    const doc = (id: string) => firestore.collection('parts').doc(id);
    const part = (id: string, before?: Timestamp) =>
      pool.join(async (opened) => ({
        pool: { ...opened.pool, leasedNanoUsd: opened.pool.leasedNanoUsd + 1 },
        write: (write) => write.put(doc(id), { id }, before),
      }));
    const broken = pool.join(() => Promise.reject(new RangeError('broken')));
    const [first, second] = await Promise.all([
      part('a'),
      part('b'),
      expect(broken).rejects.toThrow('broken'),
    ]);
    expect(first.result?.isEqual(second.result as Timestamp)).toBe(true);
    // One that fails in the commit fails those that share it, who are told to try again.
    const failed = await Promise.allSettled([part('c'), part('d'), part('a')]);
    const codes = failed.map((result) => (result.status === 'rejected' ? result.reason.code : undefined));
    expect(codes.includes(10) || codes.includes(6)).toBe(true);
    expect(
      (await pool.join(async ({ pool: { leasedNanoUsd } }) => ({ write: () => () => leasedNanoUsd }))).result,
    ).toBe(2 + codes.filter((code) => code === undefined).length);
  });

  it('refuses nothing of its own accord: a request that another limit refuses takes no lease', async () => {
    const { firestore } = openProject();
    const uid = await addUser(firestore, { ...loose, concurrency: 1 });
    const counted = countedLedger(firestore, { projectBudget: total(10_000) });
    await counted.ledger.admit(request(uid, { nanoUsd: 10 }));
    const before = (await poolRef(firestore).get()).updateTime;
    expect(await refusal(counted.ledger.admit(request(uid, { nanoUsd: 9_000 })))).toMatchObject({
      details: { limit: 'concurrency' },
    });
    expect((await poolRef(firestore).get()).updateTime).toEqual(before);
  });

  it('remembers a refusal for all users, and forgets it with the next settlement', async () => {
    const { firestore } = openProject();
    const [a, b] = [await addUser(firestore, loose), await addUser(firestore, loose)];
    const counted = countedLedger(firestore, { projectBudget: total(1_000) });
    const held = request(a, { nanoUsd: 1_000 });
    await counted.ledger.admit(held);
    await refusal(counted.ledger.admit(request(b, { nanoUsd: 5 })));
    const { reads } = counted;
    for (let i = 0; i < 20; i++) await refusal(counted.ledger.admit(request(b, { nanoUsd: 5 + i })));
    expect(counted.reads - reads).toBeLessThan(10);
    await counted.ledger.settle(held.requestId, a, facts(1, 100));
    await counted.ledger.admit(request(b, { nanoUsd: 900 }));
  });

  it('follows a change of the limit at the next admission of each ledger, and starts anew with another period', async () => {
    const { firestore } = openProject();
    const [a, b] = [await addUser(firestore, loose), await addUser(firestore, loose)];
    const wide = countedLedger(firestore, { projectBudget: total(100_000) });
    await use(wide, a, 1_000, 600);
    await use(wide, b, 1_000, 600);
    // Leases of thousands are out, but under another limit.
    const narrow = countedLedger(firestore, { projectBudget: total(2_000) });
    expect(await refusal(narrow.ledger.admit(request(a, { nanoUsd: 801 })))).toMatchObject({
      code: 'budget_exceeded',
    });
    await use(narrow, a, 800, 100);
    const daily = countedLedger(firestore, { projectBudget: { period: 'day', nanoUsd: 1_000 } });
    await use(daily, a, 1_000, 900);
    expect(await refusal(daily.ledger.admit(request(b, { nanoUsd: 101 })))).toMatchObject({
      code: 'budget_exceeded',
      details: { limit: 'project-budget-day' },
    });
    await use(daily, b, 100, 100);
  });

  it('is whole again in a new period, less what is still held', async () => {
    const { firestore } = openProject();
    const [a, b] = [await addUser(firestore, loose), await addUser(firestore, loose)];
    const clock = movableClock();
    const counted = countedLedger(firestore, { projectBudget: { period: 'day', nanoUsd: 1_000 }, clock });
    await use(counted, a, 700, 700);
    const held = request(b, { nanoUsd: 300, deadline: Date.now() + 40 * 3_600_000 });
    await counted.ledger.admit(held);
    expect(await refusal(counted.ledger.admit(request(a, { nanoUsd: 301 })))).toMatchObject({
      code: 'budget_exceeded',
    });
    clock.ahead = 24 * 3_600_000;
    await counted.ledger.settle(held.requestId, b, facts(1, 200));
    await use(counted, a, 800, 100);
    expect(await refusal(counted.ledger.admit(request(b, { nanoUsd: 701 })))).toMatchObject({
      code: 'budget_exceeded',
    });
    await use(counted, b, 700, 0);
  });

  it('holds while 4 processes race for it with 8 users, and nothing is refused as spent that still fits', async () => {
    const { firestore, projectId } = openProject();
    const users = await Promise.all(Array.from({ length: 8 }, () => addUser(firestore, loose)));
    const [uid = '', ...others] = users;
    const hold = 1_000_000;
    const projectBudget = total(100 * 650_000);
    const job = { uid, others, projectId, projectBudget, nanoUsd: hold, leastNanoUsd: 300_000 };
    let most = 0;
    const states = new Map<string, number>();
    const unsubscribe = firestore.collection('rateLimitBuckets').onSnapshot(({ docs }) => {
      for (const doc of docs) {
        states.set(doc.id, doc.get('settled.total.nanoUsd') + doc.get('heldNanoUsd'));
      }
      most = Math.max(
        most,
        [...states.values()].reduce((sum, taken) => sum + taken, 0),
      );
    });
    const reports = await runProcesses(
      [0, 1, 2, 3].map((seed) => ({
        ...job,
        requests: 60,
        concurrency: 8,
        tokens: 10,
        providerMs: 10,
        retry: true,
        seed,
      })),
    );
    unsubscribe();
    expect(reports.flatMap(({ unexpected }) => unexpected)).toEqual([]);
    expect([...new Set(reports.flatMap(({ refused }) => Object.keys(refused)))]).toEqual(['budget_exceeded']);
    const accounts = await Promise.all(users.map(async (id) => (await readState(firestore, id)).account));
    const spent = accounts.reduce((sum, { settled }) => sum + settled.total.nanoUsd, 0);
    expect(accounts.every(({ heldNanoUsd }) => heldNanoUsd === 0)).toBe(true);
    expect(most).toBeLessThanOrEqual(projectBudget.nanoUsd);
    expect(spent).toBeLessThanOrEqual(projectBudget.nanoUsd);
    expect(spent).toBeGreaterThan(projectBudget.nanoUsd - hold);
    const pool = await reconcilePool(firestore, Date.now());
    expect(pool.leasesNanoUsd).toBe(pool.leasedNanoUsd);
    expect(pool.reportedNanoUsd + pool.unreportedNanoUsd).toBe(spent);

    // At rest, all that is left can be had at once, by whoever asks; and not one nano-USD more.
    const { ledger } = countedLedger(firestore, { projectBudget });
    const left = projectBudget.nanoUsd - spent;
    expect(await refusal(ledger.admit(request(uid, { nanoUsd: left + 1 })))).toMatchObject({
      code: 'budget_exceeded',
    });
    await ledger.admit(request(uid, { nanoUsd: left }));
  }, 120_000);

  it.each([1, 2])(
    'stays exact, keys and all, while a quarter of all commits fail in doubt (seed %i)',
    async (seed) => {
      const { firestore } = openProject();
      const users = await Promise.all([1, 2, 3].map(() => addUser(firestore, loose)));
      const keyIds = await Promise.all(users.map((uid) => addKey(firestore, uid)));
      const random = seeded(seed);
      const fate = (): Fate => {
        const r = random();
        return r < 0.15 ? 'applied-but-lost' : r < 0.25 ? 'lost' : 'ok';
      };
      const projectBudget = total(200_000);
      const instances = [0, 1].map(() => countedLedger(faultyFirestore(firestore, fate), { projectBudget }));
      let expected = 0;
      await Promise.all(
        Array.from({ length: 60 }, async (_, i) => {
          const uid = users[i % 3] ?? '';
          const bound = { nanoUsd: 2_000, tokens: 5 };
          const ask = i % 2 === 0 ? request(uid, bound) : keyRequest(uid, keyIds[i % 3] ?? '', bound);
          const cost = Math.floor(random() * 2_001);
          const ledger = () => (instances[Math.floor(random() * 2)] as Counted).ledger;
          try {
            await ledger().admit(ask);
          } catch (error) {
            if (['rate_limited', 'unavailable'].includes((error as GatewayError).code)) return;
            throw error;
          }
          expected += cost;
          await ledger().settle(ask.requestId, uid, facts(1, cost));
        }),
      );
      await Promise.all(instances.map(({ ledger }) => ledger.idle()));
      const accounts = await Promise.all(users.map(async (uid) => (await readState(firestore, uid)).account));
      expect(accounts.reduce((sum, { settled }) => sum + settled.total.nanoUsd, 0)).toBe(expected);
      expect(accounts.every(({ heldNanoUsd }) => heldNanoUsd === 0)).toBe(true);
      for (const keyId of keyIds) expect((await reconcileLedger(firestore, keyId)).differences).toEqual([]);
      const pool = await reconcilePool(firestore, Date.now());
      expect(pool.leasesNanoUsd).toBe(pool.leasedNanoUsd);
      expect(pool.reportedNanoUsd + pool.unreportedNanoUsd).toBe(expected);
    },
  );

  it('stays exact when processes are killed at random moments', async () => {
    const { firestore, projectId } = openProject();
    const users = await Promise.all(Array.from({ length: 5 }, () => addUser(firestore, loose)));
    const [uid = '', ...others] = users;
    const projectBudget = total(60_000_000);
    const job = { uid, others, projectId, projectBudget, nanoUsd: 1_000_000, leastNanoUsd: 100_000 };
    await Promise.all(
      [0, 1, 2].map(async (seed) => {
        for (const round of [0, 1]) {
          const ms = 150 + Math.random() * 600;
          const rest = { requests: 10_000, concurrency: 6, tokens: 10, providerMs: 15, retry: true };
          await runAndKill({ ...job, ...rest, seed: 10 * seed + round }, ms);
        }
      }),
    );
    const check = async () => {
      const states = await Promise.all(
        users.map(async (id) =>
          (await ledgerRef(firestore, id).get()).data()?.book ? readState(firestore, id) : undefined,
        ),
      );
      const sum = (of: 'settled' | 'held') =>
        states.reduce(
          (all, state) =>
            all + ((of === 'held' ? state?.account.heldNanoUsd : state?.account.settled.total.nanoUsd) ?? 0),
          0,
        );
      const pool = await reconcilePool(firestore, Date.now());
      expect(pool.leasesNanoUsd).toBe(pool.leasedNanoUsd);
      expect(pool.reportedNanoUsd + pool.unreportedNanoUsd).toBe(sum('settled'));
      expect(sum('settled') + sum('held')).toBeLessThanOrEqual(projectBudget.nanoUsd);
      return { held: sum('held'), settled: sum('settled') };
    };
    const killed = await check();
    expect(killed.settled).toBeGreaterThan(0);
    const clock = movableClock();
    clock.ahead = 200_000;
    const { ledger } = countedLedger(firestore, { clock });
    expect((await sweepLedgers({ firestore, ledger, now: clock.now })).failed).toEqual([]);
    expect(await check()).toEqual({ held: 0, settled: killed.settled + killed.held });
    const after = countedLedger(firestore, { projectBudget, clock });
    const left = projectBudget.nanoUsd - killed.settled - killed.held;
    if (left > 0) await after.ledger.admit(request(uid, { nanoUsd: left, deadline: clock.now() + 60_000 }));
    expect(await refusal(after.ledger.admit(request(uid, { nanoUsd: 1 })))).toMatchObject({
      details: { limit: 'project-budget-total' },
    });
  }, 120_000);
});
