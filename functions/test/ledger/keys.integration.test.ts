import { afterAll, describe, expect, it } from 'vitest';
import { GatewayError } from '../../src/domain/errors.ts';
import type { KeyAccess } from '../../src/domain/ledger/key-access.ts';
import { readKeyLedgers } from '../../src/services/ledger/read-key-ledgers.ts';
import { reconcileLedger } from '../../src/services/ledger/reconcile.ts';
import { keyLedgerRef } from '../../src/store/key-ledger-document.ts';
import { accessUpdate } from '../../src/store/ledger-document.ts';
import { addKey, changeKey, type KeyAsk, keyRequest, readKey } from './keys.ts';
import {
  addUser,
  countedLedger,
  facts,
  movableClock,
  openFirestore,
  readRecord,
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

const NONE = { heldTokens: 0, heldNanoUsd: 0, liveHolds: 0 };

describe('requests with an API key', () => {
  it('hold and settle against the user and the key in the same commits', async () => {
    const uid = await addUser(firestore);
    const keyId = await addKey(firestore, uid, {
      limits: { tokensPerMinute: 5_000, requestsPerMinute: 10, concurrency: 4 },
      budget: { period: 'month', nanoUsd: 1_000_000 },
    });
    const counted = countedLedger(firestore);
    const ask = keyRequest(uid, keyId, { tokens: 500, nanoUsd: 2_000 });
    const { limits } = await counted.ledger.admit(ask);
    expect(limits.map(({ name }) => name)).toEqual([
      'tokens',
      'requests-per-minute',
      'concurrency',
      'budget-day',
      'key-tokens',
      'key-requests-per-minute',
      'key-concurrency',
      'key-budget-month',
    ]);
    expect(limits.slice(4).map(({ remaining }) => remaining)).toEqual([4_500, 9, 3, 998_000]);
    const held = { heldTokens: 500, heldNanoUsd: 2_000, liveHolds: 1 };
    expect((await readState(firestore, uid)).account).toMatchObject(held);
    const key = await readKey(firestore, keyId);
    expect(key.account).toMatchObject(held);
    expect(Math.abs((key.lastUsedAt ?? 0) - Date.now())).toBeLessThan(5_000);

    await counted.ledger.settle(ask.requestId, uid, facts(200, 900));
    const user = await readState(firestore, uid);
    const after = await readKey(firestore, keyId);
    expect(user.account).toMatchObject(NONE);
    expect(after.account).toMatchObject(NONE);
    expect(user.account.settled).toEqual(after.account.settled);
    expect(after.account.settled.month.nanoUsd).toBe(900);
    expect(await readRecord(firestore, ask.requestId)).toMatchObject({ apiKeyId: keyId, costNanoUsd: 900 });
    // The user, the ledger and the key's once; two writes to admit, three to settle.
    expect(counted).toMatchObject({ reads: 3, writes: 5, commits: 2, conflicts: 0 });
    expect((await counted.ledger.keyLimits(keyId)).map(({ name }) => name)).toEqual([
      'key-tokens',
      'key-requests-per-minute',
      'key-concurrency',
      'key-budget-month',
    ]);
  });

  it('cost no read more once both are remembered, and one write more to admit and to settle', async () => {
    const uid = await addUser(firestore);
    const keyId = await addKey(firestore, uid);
    const counted = countedLedger(firestore);
    for (let i = 0; i < 6; i++) {
      const ask = keyRequest(uid, keyId);
      await counted.ledger.admit(ask);
      await counted.ledger.settle(ask.requestId, uid, facts(1, 5));
    }
    expect(counted).toMatchObject({ reads: 3, writes: 6 * 5 });
    expect((await readKey(firestore, keyId)).account.settled.total.nanoUsd).toBe(30);
  });

  it.each<[string, Partial<KeyAccess>, KeyAsk, string, RegExp]>([
    ['revoked', { status: 'revoked' }, {}, 'unauthenticated', /is revoked/],
    ['expired', { expiresAt: Date.now() - 1 }, {}, 'unauthenticated', /is expired/],
    ['rotated away', {}, { hash: 'older' }, 'unauthenticated', /has been rotated/],
    [
      'past its grace',
      { hashes: [{ hash: 'older', validUntil: Date.now() - 1 }] },
      { hash: 'older' },
      'unauthenticated',
      /has been rotated/,
    ],
    ['without the scope', {}, { scope: 'images' }, 'forbidden', /scope images/],
    ['without the provider', { providers: ['anthropic'] }, {}, 'forbidden', /provider openai/],
    ['without the model', { models: ['gpt-b'] }, {}, 'forbidden', /model gpt-test/],
  ])('are refused with a key that is %s', async (_, access, ask, code, message) => {
    const uid = await addUser(firestore);
    const keyId = await addKey(firestore, uid, access);
    const error = await refusal(countedLedger(firestore).ledger.admit(keyRequest(uid, keyId, ask)));
    expect(error).toMatchObject({ code });
    expect(error.message).toMatch(message);
  });

  it('are let in with an old secret in its grace, a model by its long name, before the expiry', async () => {
    const uid = await addUser(firestore);
    const keyId = await addKey(firestore, uid, {
      hashes: [{ hash: 'new' }, { hash: 'old', validUntil: Date.now() + 60_000 }],
      models: ['openai/gpt-test'],
      providers: ['openai'],
      expiresAt: Date.now() + 60_000,
    });
    const { ledger } = countedLedger(firestore);
    await ledger.admit(keyRequest(uid, keyId, { hash: 'old' }));
    await ledger.admit(keyRequest(uid, keyId, { hash: 'new' }));
  });

  it("are refused with another user's key, and with one that was never made", async () => {
    const uid = await addUser(firestore);
    const foreign = await addKey(firestore, await addUser(firestore));
    const { ledger } = countedLedger(firestore);
    for (const keyId of [foreign, 'neverMade0000000']) {
      expect(await refusal(ledger.admit(keyRequest(uid, keyId)))).toMatchObject({ code: 'unauthenticated' });
    }
    expect((await readKey(firestore, foreign)).lastUsedAt).toBeUndefined();
  });

  it.each<[string, Partial<KeyAccess>, KeyAsk, string, string]>([
    ['tokens', { limits: { tokensPerMinute: 150 } }, {}, 'rate_limited', 'key-tokens'],
    ['requests', { limits: { requestsPerMinute: 1 } }, {}, 'rate_limited', 'key-requests-per-minute'],
    ['concurrency', { limits: { concurrency: 1 } }, {}, 'rate_limited', 'key-concurrency'],
    ['held budget', { budget: { period: 'day', nanoUsd: 1_500 } }, {}, 'rate_limited', 'key-budget-day'],
    [
      'never fitting',
      { limits: { tokensPerMinute: 1_000 } },
      { tokens: 1_001 },
      'unprocessable',
      'key-tokens',
    ],
    [
      'unknown price',
      { budget: { period: 'day', nanoUsd: 5_000 } },
      { nanoUsd: undefined },
      'unprocessable',
      'key-budget-day',
    ],
  ])("are refused by the key's own limits: %s", async (_, access, ask, code, limit) => {
    const uid = await addUser(firestore, { budgets: [] });
    const keyId = await addKey(firestore, uid, access);
    const { ledger } = countedLedger(firestore);
    await ledger.admit(keyRequest(uid, keyId));
    const before = await readKey(firestore, keyId);
    expect(await refusal(ledger.admit(keyRequest(uid, keyId, ask)))).toMatchObject({
      code,
      details: { limit },
    });
    // The key alone is full: its user is not, nor is another key.
    await ledger.admit(request(uid));
    await ledger.admit(keyRequest(uid, await addKey(firestore, uid)));
    expect(await readKey(firestore, keyId)).toEqual(before);
    expect((await readState(firestore, uid)).account.liveHolds).toBe(3);
  });

  it('are refused as spent once the budget of the key is, and held by the budget of the user all the same', async () => {
    const uid = await addUser(firestore, { budgets: [{ period: 'total', nanoUsd: 3_000 }] });
    const [a, b] = [
      await addKey(firestore, uid, { budget: { period: 'total', nanoUsd: 1_500 } }),
      await addKey(firestore, uid),
    ];
    const { ledger } = countedLedger(firestore);
    const ask = keyRequest(uid, a);
    await ledger.admit(ask);
    await ledger.settle(ask.requestId, uid, facts(1, 1_000));
    expect(await refusal(ledger.admit(keyRequest(uid, a)))).toMatchObject({
      code: 'budget_exceeded',
      details: { limit: 'key-budget-total' },
    });
    await ledger.admit(keyRequest(uid, b));
    await ledger.admit(keyRequest(uid, b));
    expect(await refusal(ledger.admit(keyRequest(uid, b)))).toMatchObject({
      code: 'rate_limited',
      details: { limit: 'budget-total' },
    });
  });

  it('see a key revoked, restored and limited from the next admission on, however warm the memory is', async () => {
    const uid = await addUser(firestore);
    const [keyId, other] = [await addKey(firestore, uid), await addKey(firestore, uid)];
    const { ledger } = countedLedger(firestore);
    await ledger.admit(keyRequest(uid, keyId));
    await changeKey(firestore, keyId, { status: 'revoked' });
    expect(await refusal(ledger.admit(keyRequest(uid, keyId)))).toMatchObject({ code: 'unauthenticated' });
    await changeKey(firestore, keyId, { status: 'active' });
    // The refused one shares its group with one that is committed: that proves the user's state, not the key's.
    await Promise.all([ledger.admit(keyRequest(uid, other)), ledger.admit(keyRequest(uid, keyId))]);
    await changeKey(firestore, keyId, { limits: { tokensPerMinute: 1_000 } });
    const { limits } = await ledger.admit(keyRequest(uid, keyId, { tokens: 100 }));
    // A bucket that is new starts full, less what is held.
    expect(limits.find(({ name }) => name === 'key-tokens')).toMatchObject({ limit: 1_000, remaining: 700 });
    await changeKey(firestore, keyId, { limits: {} });
    const free = await ledger.admit(keyRequest(uid, keyId, { tokens: 100 }));
    expect(free.limits.map(({ name }) => name).filter((name) => name.startsWith('key-'))).toEqual([]);
  });

  it('end with their user being disabled, not with signing out', async () => {
    const uid = await addUser(firestore);
    const keyId = await addKey(firestore, uid);
    const { ledger } = countedLedger(firestore);
    const change = (access: Parameters<typeof accessUpdate>[3]) =>
      accessUpdate(firestore.batch(), firestore, uid, access).commit();
    await change({ validSince: Math.floor(Date.now() / 1000) + 1_000 });
    await ledger.admit(keyRequest(uid, keyId));
    await change({ isActive: false });
    expect(await refusal(ledger.admit(keyRequest(uid, keyId)))).toMatchObject({ code: 'unauthenticated' });
  });

  it('are settled in full when abandoned, and corrected late, in both accounts', async () => {
    const uid = await addUser(firestore);
    const keyId = await addKey(firestore, uid);
    const dead = countedLedger(firestore).ledger;
    const left = keyRequest(uid, keyId, { nanoUsd: 5_000, deadline: Date.now() + 1_000 });
    await dead.admit(left);
    const clock = movableClock();
    clock.ahead = 62_000;
    await countedLedger(firestore, { clock }).ledger.admit(request(uid));
    expect(await readRecord(firestore, left.requestId)).toMatchObject({
      apiKeyId: keyId,
      settlement: 'expired',
    });
    expect((await readKey(firestore, keyId)).account).toMatchObject({
      ...NONE,
      settled: { day: { nanoUsd: 5_000 } },
    });
    await dead.settle(left.requestId, uid, facts(3, 1_200));
    expect(await readRecord(firestore, left.requestId)).toMatchObject({
      apiKeyId: keyId,
      settlement: 'late',
    });
    expect((await readKey(firestore, keyId)).account.settled.total.nanoUsd).toBe(1_200);
    expect((await readState(firestore, uid)).account.settled.total.nanoUsd).toBe(1_200);
  });

  it('of very many keys of one user leave nothing of them in its document', async () => {
    const uid = await addUser(firestore, { requestsPerMinute: 100_000, concurrency: 500 });
    const { ledger } = countedLedger(firestore);
    const size = async () => JSON.stringify((await readState(firestore, uid)).book).length;
    const use = async (keyId: string) => {
      const ask = keyRequest(uid, keyId);
      await ledger.admit(ask);
      await ledger.settle(ask.requestId, uid, facts(1, 1));
    };
    await use(await addKey(firestore, uid));
    const before = await size();
    // More than are remembered, all at once.
    const keyIds = await Promise.all(Array.from({ length: 300 }, () => addKey(firestore, uid)));
    await Promise.all(keyIds.map(use));
    expect(Math.abs((await size()) - before)).toBeLessThan(50);
    expect((await readState(firestore, uid)).account.settled.total.nanoUsd).toBe(301);
    for (const keyId of [keyIds[0], keyIds[299]]) {
      expect((await readKey(firestore, keyId ?? '')).account).toMatchObject({
        ...NONE,
        settled: { total: { nanoUsd: 1 } },
      });
    }
  });

  it('are told by key: what is left, spent and held, and when it was last used', async () => {
    const uid = await addUser(firestore);
    const keyId = await addKey(firestore, uid, { budget: { period: 'week', nanoUsd: 9_000 } });
    const unused = await addKey(firestore, uid);
    const { ledger } = countedLedger(firestore);
    const ask = keyRequest(uid, keyId);
    await ledger.admit(ask);
    await ledger.settle(ask.requestId, uid, facts(1, 400));
    await ledger.admit(keyRequest(uid, keyId));
    const now = Date.now();
    expect(await readKeyLedgers(firestore, [unused, 'nobodysKey', keyId], now)).toMatchObject([
      { limits: [], heldNanoUsd: 0, lastUsedAt: undefined },
      undefined,
      {
        limits: [{ name: 'key-budget-week', limit: 9_000, remaining: 7_600 }],
        settledNanoUsd: { day: 400, week: 400, month: 400, total: 400 },
        heldNanoUsd: 1_000,
        liveHolds: 1,
        lastUsedAt: expect.closeTo(now, -4),
        access: { userId: uid },
      },
    ]);
    expect(await refusal(ledger.keyLimits('nobodysKey'))).toMatchObject({ code: 'not_found' });
  });

  it('reconcile with the records of the key, and show what differs', async () => {
    const uid = await addUser(firestore);
    const [keyId, other] = [await addKey(firestore, uid), await addKey(firestore, uid)];
    const { ledger } = countedLedger(firestore);
    for (const id of [keyId, other, undefined]) {
      const ask = id === undefined ? request(uid) : keyRequest(uid, id);
      await ledger.admit(ask);
      await ledger.settle(ask.requestId, uid, facts(1, 30));
    }
    await ledger.admit(keyRequest(uid, keyId));
    expect(await reconcileLedger(firestore, keyId)).toEqual({
      userId: uid,
      apiKeyId: keyId,
      records: 1,
      holds: 1,
      heldAndRecorded: [],
      differences: [],
    });
    expect(await reconcileLedger(firestore, uid)).toMatchObject({ records: 3, holds: 1, differences: [] });
    await keyLedgerRef(firestore, keyId).update({ heldNanoUsd: 7, 'settled.day.nanoUsd': 31 });
    const { differences } = await reconcileLedger(firestore, keyId);
    expect(
      differences.map(({ what, ledgerNanoUsd, recordsNanoUsd }) => [what, ledgerNanoUsd, recordsNanoUsd]),
    ).toEqual([
      ['day', 31, 30],
      ['held', 7, 1_000],
    ]);
  });
});
