import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import { createLedger } from '../../src/services/ledger/create-ledger.ts';
import { reconcileLedger } from '../../src/services/ledger/reconcile.ts';
import { sweepLedgers } from '../../src/services/ledger/sweep.ts';
import { ledgerRef } from '../../src/store/ledger-document.ts';
import { usageRef } from '../../src/store/usage-metrics.ts';
import { addUser, facts, movableClock, openFirestore, readRecords, readState, request } from './setup.ts';

// A database of its own: a sweep settles whatever it finds.
const firestore = openFirestore(`demo-sweep-${randomUUID().slice(0, 8)}`);
afterAll(() => firestore.terminate());

const ledger = createLedger({ firestore: () => firestore });
const overrides = { concurrency: 500, requestsPerMinute: 10_000 };

describe('the sweep', () => {
  it('settles what is overdue of users who never come back, all of it, and nothing else', async () => {
    const gone = await Promise.all(Array.from({ length: 12 }, () => addUser(firestore)));
    const crowded = await addUser(firestore, overrides);
    const busy = await addUser(firestore);
    const now = Date.now();
    await Promise.all([
      ...gone.map((uid) => ledger.admit(request(uid, { nanoUsd: 700, deadline: now }))),
      // More than one commit settles.
      ...Array.from({ length: 250 }, () =>
        ledger.admit(request(crowded, { nanoUsd: 3, tokens: 1, deadline: now })),
      ),
      ledger.admit(request(busy, { deadline: now + 600_000 })),
    ]);

    const clock = movableClock();
    const sweeper = createLedger({ firestore: () => firestore, clock });
    const sweep = () => sweepLedgers({ firestore, ledger: sweeper, now: clock.now });
    expect(await sweep()).toEqual({ swept: 0, failed: [] });

    clock.ahead = 60_500;
    expect(await sweep()).toEqual({ swept: 13, failed: [] });
    expect(await sweep()).toEqual({ swept: 0, failed: [] });
    for (const uid of gone) {
      expect((await readState(firestore, uid)).account).toMatchObject({
        liveHolds: 0,
        settled: { total: { nanoUsd: 700 } },
      });
      expect(await readRecords(firestore, uid)).toMatchObject([
        { terminationReason: 'abandoned', costNanoUsd: 700 },
      ]);
    }
    const { account, book } = await readState(firestore, crowded);
    expect(account).toMatchObject({ liveHolds: 0, heldNanoUsd: 0, settled: { total: { nanoUsd: 750 } } });
    expect(book.nextDeadline).toBeNull();
    expect(await readRecords(firestore, crowded)).toHaveLength(250);
    expect((await readState(firestore, busy)).holds.size).toBe(1);
  });

  it('goes on when one ledger fails', async () => {
    const uids = await Promise.all([addUser(firestore), addUser(firestore)]);
    for (const uid of uids) await ledger.admit(request(uid, { deadline: Date.now() - 60_000 }));
    const [failing] = uids;
    const error = new Error('out of reach');
    const report = await sweepLedgers({
      firestore,
      ledger: { expire: (uid) => (uid === failing ? Promise.reject(error) : ledger.expire(uid)) },
      now: () => Date.now() + 1,
    });
    expect(report).toEqual({ swept: 1, failed: [{ userId: failing, error }] });
  });
});

describe('reconciling', () => {
  it('finds nothing in a ledger that was only ever used', async () => {
    const uid = await addUser(firestore);
    for (const cost of [10, 20, 30]) {
      const ask = request(uid);
      await ledger.admit(ask);
      await ledger.settle(ask.requestId, uid, facts(1, cost));
    }
    await ledger.admit(request(uid));
    expect(await reconcileLedger(firestore, uid)).toEqual({
      userId: uid,
      records: 3,
      holds: 1,
      heldAndRecorded: [],
      differences: [],
    });
  });

  it('tells what a missing record and a changed sum make of it', async () => {
    const uid = await addUser(firestore);
    const ask = request(uid);
    await ledger.admit(ask);
    await ledger.settle(ask.requestId, uid, facts(1, 40));
    await usageRef(firestore, ask.requestId).delete();
    await firestore.doc(ledgerRef(firestore, uid).path).update({ heldNanoUsd: 5 });
    const { differences } = await reconcileLedger(firestore, uid);
    expect(
      differences.map(({ what, ledgerNanoUsd, recordsNanoUsd }) => [what, ledgerNanoUsd, recordsNanoUsd]),
    ).toEqual([
      ['day', 40, 0],
      ['week', 40, 0],
      ['month', 40, 0],
      ['total', 40, 0],
      ['held', 5, 0],
    ]);
    expect((await reconcileLedger(firestore, await addUser(firestore))).differences).toEqual([]);
  });
});
