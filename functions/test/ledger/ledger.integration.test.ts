import { afterAll, describe, expect, it } from 'vitest';
import { GatewayError } from '../../src/domain/errors.ts';
import { accessUpdate, ledgerRef } from '../../src/store/ledger-document.ts';
import {
  addUser,
  countedLedger,
  facts,
  NANO,
  openFirestore,
  readRecord,
  readRecords,
  readState,
  request,
} from './setup.ts';

const firestore = openFirestore();
afterAll(() => firestore.terminate());

async function refusal(promise: Promise<unknown>): Promise<GatewayError> {
  const thrown = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(thrown instanceof GatewayError)) throw new Error(`Not a refusal: ${thrown}`);
  return thrown;
}

describe('the ledger on the official emulator', () => {
  it('holds, settles and records', async () => {
    const uid = await addUser(firestore);
    const counted = countedLedger(firestore);
    const ask = request(uid, { tokens: 500, nanoUsd: 2_000 });
    const admission = await counted.ledger.admit(ask);
    expect(admission.limits.map(({ name, remaining }) => [name, remaining])).toEqual([
      ['tokens', 999_500],
      ['requests-per-minute', 119],
      ['concurrency', 9],
      ['budget-day', 20 * NANO - 2_000],
    ]);
    const held = await readState(firestore, uid);
    expect(held.account).toMatchObject({ heldTokens: 500, heldNanoUsd: 2_000, liveHolds: 1 });
    expect(held.book.nextDeadline?.toMillis()).toBe(ask.deadline + 60_000);

    await counted.ledger.settle(ask.requestId, uid, facts(200, 900));
    const state = await readState(firestore, uid);
    expect(state.account).toMatchObject({ heldTokens: 0, heldNanoUsd: 0, liveHolds: 0 });
    expect(state.account.settled.day.nanoUsd).toBe(900);
    expect(state.book.nextDeadline).toBeNull();
    const record = await readRecord(firestore, ask.requestId);
    expect(record).toMatchObject({
      userId: uid,
      costNanoUsd: 900,
      inputTokens: 200,
      heldTokens: 500,
      heldNanoUsd: 2_000,
      settlement: 'reported',
      overrun: false,
      terminationReason: 'completed',
    });
    // The document and the user once; one commit to admit, one of two writes to settle.
    expect(counted).toMatchObject({ reads: 2, writes: 3, commits: 2, conflicts: 0 });
  });

  it('never admits more than the bucket of 50 concurrent requests', async () => {
    const uid = await addUser(firestore, { tokens: { capacity: 1_000, refillPerSecond: 1 } });
    const { ledger } = countedLedger(firestore);
    const results = await Promise.allSettled(
      Array.from({ length: 50 }, () => ledger.admit(request(uid, { tokens: 100 }))),
    );
    const refused = results.flatMap((r) => (r.status === 'rejected' ? [r.reason as GatewayError] : []));
    expect(results.length - refused.length).toBe(10);
    expect(new Set(refused.map((error) => error.code))).toEqual(new Set(['rate_limited']));
    expect((await readState(firestore, uid)).holds.size).toBe(10);
  });

  it('settles once, however often and from wherever it is told to', async () => {
    const uid = await addUser(firestore);
    const a = countedLedger(firestore).ledger;
    const b = countedLedger(firestore).ledger;
    const ask = request(uid);
    await a.admit(ask);
    await Promise.all([a, b, a, b, b].map((ledger) => ledger.settle(ask.requestId, uid, facts(50, 700))));
    await a.settle(ask.requestId, uid, facts(50, 700));
    expect((await readState(firestore, uid)).account.settled.total.nanoUsd).toBe(700);
    expect(await readRecords(firestore, uid)).toHaveLength(1);
  });

  it('refuses a disabled user at the next admission, however warm its memory is', async () => {
    const uid = await addUser(firestore);
    const { ledger } = countedLedger(firestore);
    await ledger.admit(request(uid));
    await accessUpdate(firestore.batch(), firestore, uid, { isActive: false }).commit();
    expect(await refusal(ledger.admit(request(uid)))).toMatchObject({ code: 'unauthenticated' });
    await accessUpdate(firestore.batch(), firestore, uid, { isActive: true, validSince: 500 }).commit();
    expect(await refusal(ledger.admit(request(uid, { authTime: 499 })))).toMatchObject({
      code: 'unauthenticated',
    });
    await ledger.admit(request(uid, { authTime: 500 }));
  });

  it('applies a change of tier at the next admission', async () => {
    const uid = await addUser(firestore);
    const { ledger } = countedLedger(firestore);
    await ledger.admit(request(uid));
    await accessUpdate(firestore.batch(), firestore, uid, { tier: 'pro' }).commit();
    const { limits } = await ledger.admit(request(uid));
    expect(limits.find(({ name }) => name === 'concurrency')).toMatchObject({ limit: 50, remaining: 48 });
  });

  it('refuses a user who was disabled before their first admission, and one who does not exist', async () => {
    const uid = await addUser(firestore);
    await accessUpdate(firestore.batch(), firestore, uid, { isActive: false }).commit();
    const { ledger } = countedLedger(firestore);
    expect(await refusal(ledger.admit(request(uid)))).toMatchObject({ code: 'unauthenticated' });
    expect(await refusal(ledger.admit(request('user_nobody')))).toMatchObject({ code: 'unauthenticated' });
    expect((await ledgerRef(firestore, 'user_nobody').get()).exists).toBe(false);
  });

  it('tells the limits without writing, before the first admission and after', async () => {
    const uid = await addUser(firestore, { tokens: { capacity: 1_000_000, refillPerSecond: 1 } });
    const counted = countedLedger(firestore);
    const before = await counted.ledger.limits(uid);
    expect(before.map(({ limit, remaining }) => limit - remaining)).toEqual([0, 0, 0, 0]);
    expect((await ledgerRef(firestore, uid).get()).exists).toBe(false);
    await countedLedger(firestore).ledger.admit(request(uid, { tokens: 5_000, nanoUsd: 30 }));
    const after = await counted.ledger.limits(uid);
    expect(after.map(({ name, remaining }) => [name, remaining])).toEqual([
      ['tokens', expect.closeTo(995_000, -2)],
      ['requests-per-minute', 119],
      ['concurrency', 9],
      ['budget-day', 20 * NANO - 30],
    ]);
    expect(counted).toMatchObject({ writes: 0 });
    expect(await refusal(counted.ledger.limits('user_nobody'))).toMatchObject({ code: 'unauthenticated' });
  });

  it('refuses a flood for the price of a read, and lets go with the next settlement', async () => {
    const uid = await addUser(firestore, { concurrency: 1 });
    const counted = countedLedger(firestore);
    const first = request(uid);
    await counted.ledger.admit(first);
    const { reads } = counted;
    for (let i = 0; i < 50; i++) {
      expect(await refusal(counted.ledger.admit(request(uid)))).toMatchObject({
        code: 'rate_limited',
        retryAfterSeconds: 1,
        details: { limit: 'concurrency' },
      });
    }
    expect(counted.reads - reads).toBeLessThanOrEqual(3);
    // At once, not when the settlement is done: it is judged first.
    const settling = counted.ledger.settle(first.requestId, uid, facts(1, 1));
    await counted.ledger.admit(request(uid));
    await settling;
  });

  it('forgets the users that were idle longest, and loses nothing by it', async () => {
    const uids = await Promise.all([addUser(firestore), addUser(firestore), addUser(firestore)]);
    const { ledger } = countedLedger(firestore, { mostRemembered: 1 });
    const asks = uids.map((uid) => request(uid));
    for (const ask of asks) await ledger.admit(ask);
    await Promise.all(asks.map((ask) => ledger.settle(ask.requestId, ask.userId, facts(1, 7))));
    for (const uid of uids) {
      expect((await readState(firestore, uid)).account).toMatchObject({
        liveHolds: 0,
        settled: { total: { nanoUsd: 7 } },
      });
    }
  });
});
