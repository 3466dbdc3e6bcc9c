import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import { GatewayError } from '../../src/domain/errors.ts';
import { claimIdOf } from '../../src/domain/idempotency.ts';
import type { AdmissionRequest, LargeAnswers, StoredAnswer } from '../../src/services/ledger/contract.ts';
import { claimRef } from '../../src/store/idempotency-keys.ts';
import { accessUpdate } from '../../src/store/ledger-document.ts';
import { type Fate, faultyFirestore, seeded } from './faulty.ts';
import { addKey, changeKey, keyRequest } from './keys.ts';
import { runProcesses } from './processes.ts';
import {
  type Ask,
  addUser,
  type Counted,
  countedLedger,
  facts,
  movableClock,
  openFirestore,
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

const answer = (text: string, status = 200): StoredAnswer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ text }),
});
const keyed = (uid: string, key: string, ask: Ask = {}, bodyHash = 'h1'): AdmissionRequest => ({
  ...request(uid, ask),
  idempotency: { key, bodyHash },
});

/** Admits, executes and settles; answers what is kept. */
async function execute({ ledger }: Counted, ask: AdmissionRequest, kept = answer('first')) {
  const { claim } = await ledger.admit(ask);
  if (!claim) throw new Error('Not claimed');
  await ledger.settle(ask.requestId, ask.userId, facts(1, 100), { claim, answer: kept });
  return kept;
}

describe('requests with an Idempotency-Key', () => {
  it('are executed once and answered again, for two writes more and no read', async () => {
    const uid = await addUser(firestore);
    const counted = countedLedger(firestore);
    const first = keyed(uid, 'k');
    await execute(counted, first);
    // Beside the user and the ledger, and the claim written twice.
    expect(counted).toMatchObject({ reads: 2, writes: 5, commits: 2 });
    for (const instance of [counted, countedLedger(firestore)]) {
      const again = await instance.ledger.admit(keyed(uid, 'k'));
      expect(again.replay).toEqual({ requestId: first.requestId, answer: answer('first') });
      expect(again.claim).toBeUndefined();
      expect(again.limits.map(({ name }) => name)).toContain('tokens');
    }
    const { account } = await readState(firestore, uid);
    expect(account).toMatchObject({ liveHolds: 0, settled: { total: { nanoUsd: 100 } } });
    expect(await readRecords(firestore, uid)).toHaveLength(1);
  });

  it('keep an error too: a retry belongs to the one execution', async () => {
    const uid = await addUser(firestore);
    const counted = countedLedger(firestore);
    await execute(counted, keyed(uid, 'k'), answer('upstream_error', 502));
    expect((await counted.ledger.admit(keyed(uid, 'k'))).replay?.answer.status).toBe(502);
  });

  it('are refused while the first is under way, and with another body at any time', async () => {
    const uid = await addUser(firestore);
    const counted = countedLedger(firestore);
    const elsewhere = countedLedger(firestore);
    const first = keyed(uid, 'k');
    const { claim } = await counted.ledger.admit(first);
    for (const { ledger } of [counted, elsewhere]) {
      expect(await refusal(ledger.admit(keyed(uid, 'k')))).toMatchObject({
        code: 'conflict',
        details: { reason: 'in_progress' },
        retryAfterSeconds: 1,
      });
      expect(await refusal(ledger.admit(keyed(uid, 'k', {}, 'h2')))).toMatchObject({
        code: 'conflict',
        details: { reason: 'different_body' },
      });
    }
    if (!claim) throw new Error('Not claimed');
    await counted.ledger.settle(first.requestId, uid, facts(1, 1), { claim, answer: answer('done') });
    expect(await refusal(elsewhere.ledger.admit(keyed(uid, 'k', {}, 'h2')))).toMatchObject({
      details: { reason: 'different_body' },
    });
    expect((await elsewhere.ledger.admit(keyed(uid, 'k'))).replay?.answer).toEqual(answer('done'));
    expect((await readState(firestore, uid)).account).toMatchObject({ liveHolds: 0 });
  });

  it('have the outcome unknown after a crash, until it turns out that there was none', async () => {
    const uid = await addUser(firestore);
    const dead = countedLedger(firestore).ledger;
    const first = keyed(uid, 'k', { deadline: Date.now() + 1_000 });
    const { claim } = await dead.admit(first);
    const clock = movableClock();
    clock.ahead = 62_000;
    for (const isWarm of [false, true]) {
      const { ledger } = countedLedger(firestore, { clock });
      if (isWarm) await ledger.admit(request(uid, { deadline: clock.now() + 60_000 }));
      expect(await refusal(ledger.admit(keyed(uid, 'k')))).toMatchObject({
        code: 'conflict',
        details: { reason: 'outcome_unknown' },
      });
    }
    if (!claim) throw new Error('Not claimed');
    await dead.settle(first.requestId, uid, facts(1, 50), { claim, answer: answer('late') });
    const { ledger } = countedLedger(firestore, { clock });
    expect((await ledger.admit(keyed(uid, 'k'))).replay?.answer).toEqual(answer('late'));
    expect(await readRecords(firestore, uid)).toMatchObject([{ settlement: 'late' }]);
  });

  it('claim nothing where they are refused', async () => {
    const uid = await addUser(firestore, { tokens: { capacity: 1_000, refillPerSecond: 1 } });
    const { ledger } = countedLedger(firestore);
    expect(await refusal(ledger.admit(keyed(uid, 'k', { tokens: 1_001 })))).toMatchObject({
      code: 'unprocessable',
    });
    expect((await claimRef(firestore, claimIdOf(uid, 'k')).get()).exists).toBe(false);
    const full = request(uid, { tokens: 1_000 });
    await ledger.admit(full);
    expect(await refusal(ledger.admit(keyed(uid, 'k')))).toMatchObject({ code: 'rate_limited' });
    await ledger.settle(full.requestId, uid, facts(1, 1));
    expect((await ledger.admit(keyed(uid, 'k', {}, 'h2'))).claim).toBeDefined();
  });

  it('are answered again whatever the limits say, but to nobody who may not come in any more', async () => {
    const uid = await addUser(firestore, { concurrency: 1 });
    const keyId = await addKey(firestore, uid);
    const counted = countedLedger(firestore);
    const ask = () => ({ ...keyRequest(uid, keyId), idempotency: { key: 'k', bodyHash: 'h1' } });
    await execute(counted, ask());
    await counted.ledger.admit(request(uid));
    expect(await refusal(counted.ledger.admit(request(uid)))).toMatchObject({ code: 'rate_limited' });
    expect((await counted.ledger.admit(ask())).replay?.answer).toEqual(answer('first'));
    await changeKey(firestore, keyId, { status: 'revoked' });
    expect(await refusal(counted.ledger.admit(ask()))).toMatchObject({ code: 'unauthenticated' });
    await changeKey(firestore, keyId, { status: 'active' });
    expect((await counted.ledger.admit(ask())).replay).toBeDefined();
    await accessUpdate(firestore.batch(), firestore, uid, { isActive: false }).commit();
    expect(await refusal(counted.ledger.admit(ask()))).toMatchObject({ code: 'unauthenticated' });
  });

  it('belong to their principal: a user and each API key have keys of their own', async () => {
    const uid = await addUser(firestore);
    const [a, b] = [await addKey(firestore, uid), await addKey(firestore, uid)];
    const counted = countedLedger(firestore);
    const idempotency = { key: 'k', bodyHash: 'h1' };
    for (const ask of [request(uid), keyRequest(uid, a), keyRequest(uid, b)]) {
      await execute(counted, { ...ask, idempotency });
    }
    expect(await readRecords(firestore, uid)).toHaveLength(3);
  });

  it('are free again after a day, also where the document is still there', async () => {
    const uid = await addUser(firestore);
    await execute(countedLedger(firestore), keyed(uid, 'k'));
    const clock = movableClock();
    clock.ahead = 24 * 3_600_000 + 1_000;
    const counted = countedLedger(firestore, { clock });
    const deadline = clock.now() + 60_000;
    await execute(counted, keyed(uid, 'k', { deadline }, 'h2'), answer('second'));
    expect((await counted.ledger.admit(keyed(uid, 'k', { deadline }, 'h2'))).replay?.answer).toEqual(
      answer('second'),
    );
    expect(await readRecords(firestore, uid)).toHaveLength(2);
  });

  it('keep large answers where they are told to, or say that they did not', async () => {
    const uid = await addUser(firestore);
    const large = answer('x'.repeat(900_001));
    const without = countedLedger(firestore);
    await execute(without, keyed(uid, 'k1'), large);
    expect(await refusal(without.ledger.admit(keyed(uid, 'k1')))).toMatchObject({
      code: 'conflict',
      details: { reason: 'answer_too_large' },
    });
    const kept = new Map<string, string>();
    const largeAnswers: LargeAnswers = {
      put: async (id, body) => void kept.set(id, body),
      get: async (id) => kept.get(id),
    };
    const { ledger } = countedLedger(firestore, { largeAnswers });
    await execute({ ...without, ledger }, keyed(uid, 'k2'), large);
    expect(kept.size).toBe(1);
    expect((await ledger.admit(keyed(uid, 'k2'))).replay?.answer).toEqual(large);
    kept.clear();
    expect(await refusal(ledger.admit(keyed(uid, 'k2')))).toMatchObject({ code: 'conflict' });

    const events: string[] = [];
    const broken: LargeAnswers = { put: () => Promise.reject(new Error('full')), get: async () => undefined };
    const failing = countedLedger(firestore, {
      largeAnswers: broken,
      onEvent: ({ type }) => events.push(type),
    });
    await execute(failing, keyed(uid, 'k3'), large);
    expect(events).toContain('answer-not-kept');
    expect(await refusal(failing.ledger.admit(keyed(uid, 'k3')))).toMatchObject({ code: 'conflict' });
  });

  it('carry answers of many megabytes at once, in more than one commit', async () => {
    const uid = await addUser(firestore, { concurrency: 100, requestsPerMinute: 1_000 });
    const counted = countedLedger(firestore);
    const asks = Array.from({ length: 20 }, (_, i) => keyed(uid, `k${i}`, { tokens: 1 }));
    const kept = answer('y'.repeat(880_000));
    await Promise.all(asks.map((ask) => execute(counted, ask, kept)));
    expect(await readRecords(firestore, uid)).toHaveLength(20);
    expect((await counted.ledger.admit(keyed(uid, 'k7'))).replay?.answer).toEqual(kept);
  });

  it('are executed once of many at once on one instance, all in one commit', async () => {
    const uid = await addUser(firestore);
    const counted = countedLedger(firestore);
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, () => counted.ledger.admit(keyed(uid, 'k'))),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const result of results) {
      if (result.status === 'rejected')
        expect(result.reason).toMatchObject({ details: { reason: 'in_progress' } });
    }
    expect(counted.commits).toBe(1);
    expect((await readState(firestore, uid)).account.liveHolds).toBe(1);
  });

  it('are executed once over 3 processes that all send the same keys', async () => {
    const uid = await addUser(firestore, { concurrency: 200, requestsPerMinute: 100_000, budgets: [] });
    const run = randomUUID();
    const reports = await runProcesses(
      [0, 1, 2].map((seed) => ({
        uid,
        idempotencyRun: run,
        requests: 60,
        concurrency: 12,
        nanoUsd: 1_000,
        leastNanoUsd: 100,
        tokens: 10,
        providerMs: 30,
        retry: true,
        seed,
      })),
    );
    expect(reports.flatMap(({ unexpected }) => unexpected)).toEqual([]);
    expect(reports.flatMap(({ refused }) => Object.keys(refused))).toEqual([]);
    const executed = reports.flatMap(({ settled }) => settled);
    expect(executed).toHaveLength(60);
    const replays = reports.flatMap(({ replayed }) => replayed);
    expect(replays).toHaveLength(120);
    const known = new Set(executed.map(({ requestId }) => requestId));
    expect(replays.filter((requestId) => !known.has(requestId))).toEqual([]);
    expect(await readRecords(firestore, uid)).toHaveLength(60);
    expect((await readState(firestore, uid)).account).toMatchObject({ liveHolds: 0, heldNanoUsd: 0 });
  }, 60_000);

  it.each([1, 2, 3])(
    'are executed once while commits fail in doubt (seed %i)',
    async (seed) => {
      const uid = await addUser(firestore, { concurrency: 200, requestsPerMinute: 100_000 });
      const random = seeded(seed);
      const fate = (): Fate => {
        const r = random();
        return r < 0.15 ? 'applied-but-lost' : r < 0.25 ? 'lost' : 'ok';
      };
      const instances = [0, 1].map(() => countedLedger(faultyFirestore(firestore, fate)));
      const outcomes = await Promise.all(
        Array.from({ length: 80 }, async (_, i) => {
          const instance = instances[i % 2] as Counted;
          for (;;) {
            const ask = keyed(uid, `k${i % 40}`);
            try {
              const { claim, replay } = await instance.ledger.admit(ask);
              if (replay) return replay.requestId;
              if (!claim) throw new Error('Neither claimed nor replayed');
              const kept = { claim, answer: answer(ask.requestId) };
              await instance.ledger.settle(ask.requestId, uid, facts(1, 10), kept);
              return ask.requestId;
            } catch (error) {
              const { code, details } = error as GatewayError;
              if (code !== 'conflict') throw error;
              expect(details).toEqual({ reason: 'in_progress' });
              await new Promise((resolve) => setTimeout(resolve, 20));
            }
          }
        }),
      );
      expect(new Set(outcomes).size).toBe(40);
      for (let i = 0; i < 40; i++) expect(outcomes[i]).toBe(outcomes[i + 40]);
      expect(await readRecords(firestore, uid)).toHaveLength(40);
      expect((await readState(firestore, uid)).account).toMatchObject({
        liveHolds: 0,
        settled: { total: { nanoUsd: 400 } },
      });
    },
    60_000,
  );

  it('give the key back where the admission came too late for its caller', async () => {
    const uid = await addUser(firestore);
    let delayMs = 1_500;
    const slow = faultyFirestore(firestore, () => (delayMs > 0 ? { delayMs } : 'ok'));
    const counted = countedLedger(slow, { waits: { admitMs: 700, settleMs: 20_000 } });
    await expect(counted.ledger.admit(keyed(uid, 'k'))).rejects.toMatchObject({ code: 'unavailable' });
    delayMs = 0;
    await counted.ledger.idle();
    expect((await claimRef(firestore, claimIdOf(uid, 'k')).get()).exists).toBe(false);
    await execute(countedLedger(firestore), keyed(uid, 'k'));
  });
});
