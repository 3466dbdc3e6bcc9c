import { afterAll, describe, expect, it } from 'vitest';
import { createLedger } from '../../src/services/ledger/create-ledger.ts';
import { usageRef } from '../../src/store/usage-metrics.ts';
import { type Fate, faultyFirestore, seeded } from './faulty.ts';
import {
  addUser,
  countedLedger,
  facts,
  movableClock,
  openFirestore,
  readRecord,
  readRecords,
  readState,
  request,
} from './setup.ts';

const firestore = openFirestore();
afterAll(() => firestore.terminate());

describe('the ledger when commits fail', () => {
  it.each([1, 2, 3])('stays exact while a quarter of all commits fail in doubt (seed %i)', async (seed) => {
    const uid = await addUser(firestore, { concurrency: 100, requestsPerMinute: 100_000 });
    const random = seeded(seed);
    const fate = (): Fate => {
      const r = random();
      return r < 0.15 ? 'applied-but-lost' : r < 0.25 ? 'lost' : 'ok';
    };
    const instances = [0, 1, 2].map(() => countedLedger(faultyFirestore(firestore, fate)).ledger);
    const asks = Array.from({ length: 90 }, () => request(uid, { tokens: 50, nanoUsd: 1_000 }));
    const costs = asks.map(() => Math.floor(random() * 1_001));
    await Promise.all(
      asks.map(async (ask, i) => {
        const admitting = instances[i % 3];
        // Every tenth is settled by another instance than the one that admitted it.
        const settling = i % 10 === 0 ? instances[(i + 1) % 3] : admitting;
        await admitting?.admit(ask);
        await settling?.settle(ask.requestId, uid, facts(10, costs[i] ?? 0));
      }),
    );
    const state = await readState(firestore, uid);
    const records = await readRecords(firestore, uid);
    expect(new Set(records.map(({ costNanoUsd }) => costNanoUsd)).size).toBeGreaterThan(30);
    expect(records).toHaveLength(90);
    expect(state.account.settled.total.nanoUsd).toBe(costs.reduce((a, b) => a + b));
    expect(state.account).toMatchObject({ heldTokens: 0, heldNanoUsd: 0, liveHolds: 0 });
  });

  it('takes back an admission that was committed after its caller had been told 503', async () => {
    const uid = await addUser(firestore);
    let delayMs = 2_000;
    const slow = faultyFirestore(firestore, () => (delayMs > 0 ? { delayMs } : 'ok'));
    const ledger = createLedger({ firestore: () => slow, waits: { admitMs: 1_000, settleMs: 20_000 } });
    await expect(ledger.admit(request(uid))).rejects.toMatchObject({
      code: 'unavailable',
      retryAfterSeconds: 1,
    });
    delayMs = 0;
    await ledger.idle();
    const { account } = await readState(firestore, uid);
    expect(account).toMatchObject({ heldTokens: 0, heldNanoUsd: 0, liveHolds: 0 });
    expect(account.settled.total.nanoUsd).toBe(0);
    expect(await readRecords(firestore, uid)).toEqual([]);
  });

  it('never commits an admission that timed out in the queue', async () => {
    const uid = await addUser(firestore);
    let delayMs = 0;
    const slow = faultyFirestore(firestore, () => (delayMs > 0 ? { delayMs } : 'ok'));
    const counted = countedLedger(slow, { waits: { admitMs: 1_000, settleMs: 20_000 } });
    const kept = request(uid);
    await counted.ledger.admit(kept);
    delayMs = 2_500;
    const committing = counted.ledger.admit(request(uid));
    await new Promise((resolve) => setTimeout(resolve, 100));
    const queued = counted.ledger.admit(request(uid));
    await expect(committing).rejects.toMatchObject({ code: 'unavailable' });
    await expect(queued).rejects.toMatchObject({ code: 'unavailable' });
    delayMs = 0;
    await counted.ledger.idle();
    expect([...(await readState(firestore, uid)).holds.keys()]).toEqual([kept.requestId]);
    // The one that was kept, the one that came too late, and its taking back; nothing for the queued one.
    expect(counted.commits).toBe(3);
  });

  it('settles what a dead process left, in full, and corrects it should it turn out to be alive', async () => {
    const uid = await addUser(firestore);
    const dead = createLedger({ firestore: () => firestore });
    const left = request(uid, { tokens: 900, nanoUsd: 5_000, deadline: Date.now() + 1_000 });
    await dead.admit(left);
    const clock = movableClock();
    const { ledger } = countedLedger(firestore, { clock });
    await ledger.admit(request(uid));
    expect(await readRecord(firestore, left.requestId)).toBeUndefined();
    clock.ahead = 61_001;
    const other = request(uid);
    await ledger.admit(other);
    expect(await readRecord(firestore, left.requestId)).toMatchObject({
      settlement: 'expired',
      terminationReason: 'abandoned',
      source: 'held',
      costNanoUsd: 5_000,
      inputTokens: 890,
      outputTokens: 10,
    });
    expect((await readState(firestore, uid)).account.settled.day.nanoUsd).toBe(5_000);
    // The slow process comes back, on its stale memory.
    await dead.settle(left.requestId, uid, facts(300, 1_200));
    await dead.settle(left.requestId, uid, facts(300, 1_200));
    expect(await readRecord(firestore, left.requestId)).toMatchObject({
      settlement: 'late',
      terminationReason: 'completed',
      costNanoUsd: 1_200,
      inputTokens: 300,
    });
    expect((await readState(firestore, uid)).account.settled.day.nanoUsd).toBe(1_200);
  });

  it('reports an overrun and settles it as reported', async () => {
    const uid = await addUser(firestore);
    const events: string[] = [];
    const ledger = createLedger({ firestore: () => firestore, onEvent: ({ type }) => events.push(type) });
    const ask = request(uid, { tokens: 100, nanoUsd: 500 });
    await ledger.admit(ask);
    await ledger.settle(ask.requestId, uid, facts(150, 800));
    expect(await readRecord(firestore, ask.requestId)).toMatchObject({ costNanoUsd: 800, overrun: true });
    expect((await readState(firestore, uid)).account.settled.day.nanoUsd).toBe(800);
    expect(events).toEqual(['commit', 'commit', 'overrun']);
  });

  it('is not stopped by a record that exists already', async () => {
    const uid = await addUser(firestore);
    const { ledger } = countedLedger(firestore);
    const ask = request(uid, { nanoUsd: 600 });
    await ledger.admit(ask);
    await ledger.settle(ask.requestId, uid, facts(1, 100));
    // The same id again, which never happens: ids are random. It must not block the user for good.
    await ledger.admit(ask);
    const other = request(uid);
    await ledger.admit(other);
    await Promise.all([
      ledger.settle(ask.requestId, uid, facts(1, 100)),
      ledger.settle(other.requestId, uid, facts(1, 50)),
    ]);
    const { account } = await readState(firestore, uid);
    expect(account).toMatchObject({ heldNanoUsd: 0, liveHolds: 0, settled: { total: { nanoUsd: 150 } } });
    expect((await usageRef(firestore, ask.requestId).get()).data()?.costNanoUsd).toBe(100);
  });

  it('says so when what was never admitted is settled', async () => {
    const uid = await addUser(firestore);
    const { ledger } = countedLedger(firestore);
    await expect(ledger.settle('req_unknown', uid, facts(1, 1))).rejects.toThrow(/never admitted/);
    await expect(ledger.settle('req_unknown', uid, facts(1, Number.NaN))).rejects.toThrow(RangeError);
  });
});
