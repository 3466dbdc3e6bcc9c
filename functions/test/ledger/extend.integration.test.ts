import { afterAll, describe, expect, it } from 'vitest';
import type { AdmissionRequest, ExtensionRequest } from '../../src/services/ledger/contract.ts';
import { createLedger } from '../../src/services/ledger/create-ledger.ts';
import { reconcileLedger } from '../../src/services/ledger/reconcile.ts';
import { type Fate, faultyFirestore, seeded } from './faulty.ts';
import { addKey, changeKey, keyRequest, readKey } from './keys.ts';
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

/** The same request, to be tried once more. */
function further(ask: AdmissionRequest, tokens: number, nanoUsd: number, model = 'next'): ExtensionRequest {
  const { deadline: _, idempotency: __, call, ...rest } = ask;
  return { ...rest, call: { ...call, model }, hold: { tokens, outputTokens: 10, nanoUsd } };
}

describe('extending a hold', () => {
  it('is one commit, and what is abandoned after it is settled at all that was held', async () => {
    const uid = await addUser(firestore);
    const clock = movableClock();
    const counted = countedLedger(firestore, { clock });
    const ask = request(uid, { tokens: 100, nanoUsd: 1_000, deadline: Date.now() + 1_000 });
    await counted.ledger.admit(ask);
    const before = { ...counted };
    await counted.ledger.extend(further(ask, 250, 2_700));
    expect([counted.reads - before.reads, counted.writes - before.writes]).toEqual([0, 1]);
    expect((await readState(firestore, uid)).account).toMatchObject({ heldTokens: 250, heldNanoUsd: 2_700 });
    // The process dies here.
    clock.ahead = 62_000;
    const next = createLedger({ firestore: () => firestore, clock });
    await next.expire(uid);
    expect(await readRecord(firestore, ask.requestId)).toMatchObject({
      settlement: 'expired',
      costNanoUsd: 2_700,
      model: 'next',
      inputTokens: 240,
      outputTokens: 10,
    });
    await expect(counted.ledger.extend(further(ask, 300, 3_000))).rejects.toMatchObject({ code: 'conflict' });
    expect(await reconcileLedger(firestore, uid)).toMatchObject({ differences: [] });
  });

  it('is held against the key too, and judged by what the key may do by now', async () => {
    const uid = await addUser(firestore);
    const keyId = await addKey(firestore, uid, { budget: { period: 'month', nanoUsd: 5_000 } });
    const { ledger } = countedLedger(firestore);
    const ask = keyRequest(uid, keyId, { tokens: 100, nanoUsd: 1_000 });
    await ledger.admit(ask);
    await ledger.extend(further(ask, 200, 3_000));
    expect((await readKey(firestore, keyId)).account).toMatchObject({ heldTokens: 200, heldNanoUsd: 3_000 });
    await expect(ledger.extend(further(ask, 200, 6_000))).rejects.toMatchObject({ code: 'unprocessable' });
    // By somebody else, as this instance does not know yet.
    await changeKey(firestore, keyId, { models: ['gpt-test'] });
    await expect(ledger.extend(further(ask, 200, 4_000))).rejects.toMatchObject({ code: 'forbidden' });
    await changeKey(firestore, keyId, { status: 'revoked' });
    await expect(ledger.extend(further(ask, 200, 4_000, 'gpt-test'))).rejects.toMatchObject({
      code: 'unauthenticated',
    });
    await ledger.settle(ask.requestId, uid, facts(150, 2_500));
    const none = { heldTokens: 0, heldNanoUsd: 0, liveHolds: 0 };
    expect((await readKey(firestore, keyId)).account).toMatchObject({
      ...none,
      settled: { month: { nanoUsd: 2_500 } },
    });
    expect((await readState(firestore, uid)).account).toMatchObject(none);
  });

  it.each([1, 2])('stays exact while a quarter of all commits fail in doubt (seed %i)', async (seed) => {
    const budget = 40_000;
    const uid = await addUser(firestore, {
      tokens: { capacity: 100_000, refillPerSecond: 1 },
      concurrency: 100,
      requestsPerMinute: 100_000,
      budgets: [{ period: 'total', nanoUsd: budget }],
    });
    const random = seeded(seed);
    const fate = (): Fate => {
      const r = random();
      return r < 0.15 ? 'applied-but-lost' : r < 0.25 ? 'lost' : 'ok';
    };
    const instances = [0, 1].map(() => countedLedger(faultyFirestore(firestore, fate)).ledger);
    let extended = 0;
    let refused = 0;
    const asks = Array.from({ length: 40 }, () => request(uid, { tokens: 50, nanoUsd: 800 }));
    // All fit as they are; extended, they don't.
    await Promise.all(asks.map((ask, i) => instances[i % 2]?.admit(ask)));
    const costs = await Promise.all(
      asks.map(async (ask, i) => {
        const ledger = instances[i % 2];
        const isExtended = await ledger?.extend(further(ask, 90, 1_500)).then(
          () => true,
          () => false,
        );
        if (isExtended) extended += 1;
        else refused += 1;
        const { account } = await readState(firestore, uid);
        expect(account.settled.total.nanoUsd + account.heldNanoUsd).toBeLessThanOrEqual(budget);
        const cost = Math.floor(random() * (isExtended ? 1_500 : 800));
        await ledger?.settle(ask.requestId, uid, facts(40, cost));
        return cost;
      }),
    );
    expect(extended).toBeGreaterThan(0);
    expect(refused).toBeGreaterThan(0);
    const { account } = await readState(firestore, uid);
    expect(account).toMatchObject({ heldTokens: 0, heldNanoUsd: 0, liveHolds: 0 });
    expect(account.settled.total.nanoUsd).toBe(costs.reduce((a, b) => a + b));
    expect(await readRecords(firestore, uid)).toHaveLength(40);
  });
});
