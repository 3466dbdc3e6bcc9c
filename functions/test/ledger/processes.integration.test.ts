import { afterAll, describe, expect, it } from 'vitest';
import { keyLedgerRef, parseKeyLedger } from '../../src/store/key-ledger-document.ts';
import { ledgerRef } from '../../src/store/ledger-document.ts';
import { addKey, readKey } from './keys.ts';
import { runProcesses } from './processes.ts';
import { addUser, openFirestore, readRecords, readState } from './setup.ts';
import type { WorkerJob } from './worker.ts';

const firestore = openFirestore();
afterAll(() => firestore.terminate());

const loose = { tokens: { capacity: 1e9, refillPerSecond: 1e6 }, requestsPerMinute: 1e6, concurrency: 500 };

function jobs(count: number, job: Omit<WorkerJob, 'seed'>): WorkerJob[] {
  return Array.from({ length: count }, (_, seed) => ({ ...job, seed }));
}

describe('one user on many instances', () => {
  it('8 processes x 32 requests at once never overshoot a budget, lose nothing and answer no 500', async () => {
    const held = 1_000_000;
    const budget = 512 * 325_000;
    const uid = await addUser(firestore, { ...loose, budgets: [{ period: 'total', nanoUsd: budget }] });
    let mostCommitted = 0;
    let isSettledHeldKnown = 0;
    const unsubscribe = ledgerRef(firestore, uid).onSnapshot((snapshot) => {
      const book = snapshot.data()?.book;
      if (!book) return;
      isSettledHeldKnown += 1;
      mostCommitted = Math.max(mostCommitted, book.settled.total.nanoUsd + book.heldNanoUsd);
    });
    const reports = await runProcesses(
      jobs(8, {
        uid,
        requests: 64,
        concurrency: 32,
        nanoUsd: held,
        leastNanoUsd: 300_000,
        tokens: 100,
        providerMs: 20,
        retry: true,
      }),
    );
    unsubscribe();

    expect(reports.flatMap(({ unexpected }) => unexpected)).toEqual([]);
    const refusals = new Set(reports.flatMap(({ refused }) => Object.keys(refused)));
    expect([...refusals]).toEqual(['budget_exceeded']);
    // I1 at every committed state that was seen.
    expect(isSettledHeldKnown).toBeGreaterThan(3);
    expect(mostCommitted).toBeLessThanOrEqual(budget);

    const { account } = await readState(firestore, uid);
    expect(account).toMatchObject({ heldTokens: 0, heldNanoUsd: 0, liveHolds: 0 });
    expect(account.settled.total.nanoUsd).toBeLessThanOrEqual(budget);
    // Nothing is refused as spent while a hold would still have fit.
    expect(account.settled.total.nanoUsd).toBeGreaterThan(budget - held);

    const told = reports.flatMap(({ settled }) => settled);
    const records = await readRecords(firestore, uid);
    expect(records).toHaveLength(told.length);
    const sum = records.reduce((total, { costNanoUsd }) => total + costNanoUsd, 0);
    expect(sum).toBe(account.settled.total.nanoUsd);
    expect(sum).toBe(told.reduce((total, { costNanoUsd }) => total + costNanoUsd, 0));
  }, 120_000);

  it('two processes share one bucket', async () => {
    const uid = await addUser(firestore, {
      ...loose,
      tokens: { capacity: 2_000, refillPerSecond: 1 },
      budgets: [],
    });
    const reports = await runProcesses(
      jobs(2, {
        uid,
        requests: 40,
        concurrency: 20,
        nanoUsd: 1,
        leastNanoUsd: 1,
        tokens: 100,
        providerMs: 0,
        retry: false,
      }),
    );
    expect(reports.flatMap(({ unexpected }) => unexpected)).toEqual([]);
    // Each takes half of what it held: 2,000 is used up by at most 40 of them, and by no fewer than 20.
    const records = await readRecords(firestore, uid);
    const used = records.reduce((total, { inputTokens }) => total + inputTokens, 0);
    expect(used).toBeLessThanOrEqual(2_000);
    expect(records.length).toBeGreaterThanOrEqual(20);
    expect((await readState(firestore, uid)).account.liveHolds).toBe(0);
  });

  it('4 processes never overshoot the budget of any of three API keys, and each account adds up', async () => {
    const uid = await addUser(firestore, { ...loose, budgets: [] });
    const budget = 20_000_000;
    const keyIds = await Promise.all(
      [1, 2, 3].map(() => addKey(firestore, uid, { budget: { period: 'total', nanoUsd: budget } })),
    );
    const most = new Map(keyIds.map((keyId) => [keyId, 0]));
    const unsubscribes = keyIds.map((keyId) =>
      keyLedgerRef(firestore, keyId).onSnapshot((snapshot) => {
        const book = parseKeyLedger(snapshot.data())?.book;
        const taken = book ? book.settled.total.nanoUsd + book.heldNanoUsd : 0;
        most.set(keyId, Math.max(most.get(keyId) ?? 0, taken));
      }),
    );
    const reports = await runProcesses(
      jobs(4, {
        uid,
        keyIds,
        requests: 60,
        concurrency: 16,
        nanoUsd: 1_000_000,
        leastNanoUsd: 300_000,
        tokens: 100,
        providerMs: 20,
        retry: true,
      }),
    );
    for (const unsubscribe of unsubscribes) unsubscribe();
    expect(reports.flatMap(({ unexpected }) => unexpected)).toEqual([]);
    expect([...new Set(reports.flatMap(({ refused }) => Object.keys(refused)))]).toEqual(['budget_exceeded']);
    const records = await readRecords(firestore, uid);
    let all = 0;
    for (const keyId of keyIds) {
      const { account } = await readKey(firestore, keyId);
      const sum = records
        .filter(({ apiKeyId }) => apiKeyId === keyId)
        .reduce((total, { costNanoUsd }) => total + costNanoUsd, 0);
      expect(account).toMatchObject({ heldTokens: 0, heldNanoUsd: 0, liveHolds: 0 });
      expect(account.settled.total.nanoUsd).toBe(sum);
      expect(sum).toBeLessThanOrEqual(budget);
      // Nothing is refused as spent while a hold would still have fit.
      expect(sum).toBeGreaterThan(budget - 1_000_000);
      expect(most.get(keyId)).toBeLessThanOrEqual(budget);
      all += sum;
    }
    expect((await readState(firestore, uid)).account.settled.total.nanoUsd).toBe(all);
  }, 120_000);
});
