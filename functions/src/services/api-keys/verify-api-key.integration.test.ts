import { randomUUID } from 'node:crypto';
import { Firestore, Timestamp } from '@google-cloud/firestore';
import { afterAll, describe, expect, it } from 'vitest';
import { formatApiKey, newKeyId, newSecret, parseApiKey } from '../../domain/api-key.ts';
import { aKey } from '../../domain/test-support.ts';
import { type ApiKeyDocument, apiKeyRef } from '../../store/api-keys.ts';
import { StoreHandle } from '../../store/handle.ts';
import { hashSecret } from './hash-secret.ts';
import { createApiKeyVerifier } from './verify-api-key.ts';

const firestore = new Firestore({ projectId: `demo-verify-${randomUUID().slice(0, 8)}` });
afterAll(() => firestore.terminate());

/** Puts a key into the database. Answers its text. */
async function addKey(change: Partial<ApiKeyDocument> = {}, cost = 4): Promise<string> {
  const [keyId, secret] = [newKeyId(), newSecret()];
  const at = Timestamp.now();
  await apiKeyRef(firestore, keyId).create({
    userId: 'ada',
    name: 'test',
    prefix: `fg_test_${keyId}`,
    hash: await hashSecret(secret, cost),
    previous: null,
    scopes: ['generate'],
    providers: null,
    models: null,
    status: 'active',
    expiresAt: null,
    lastUsedAt: null,
    budget: null,
    limits: null,
    rotation: null,
    rotatesAt: null,
    tags: null,
    createdAt: at,
    updatedAt: at,
    ...change,
  });
  return formatApiKey({ mode: 'test', keyId, secret });
}

const withSecret = (key: string, secret = newSecret()) =>
  formatApiKey({ mode: 'test', keyId: parseApiKey(key)?.keyId ?? '', secret });

function instance(cost = 4) {
  const time = { now: 1_000_000 };
  const store = new StoreHandle(firestore, () => time.now);
  const verifier = createApiKeyVerifier({ bcryptCost: cost, now: () => time.now });
  const verify = (text: string, ip = '192.0.2.1') => verifier.verify(store, text, ip);
  return { time, store, verify };
}

describe('a genuine key', () => {
  it('is looked up once an instance, also when it comes many times at once, and never again', async () => {
    const { verify, store, time } = instance();
    const key = await addKey();
    const all = await Promise.all(Array.from({ length: 20 }, () => verify(key)));
    time.now += 30 * 86_400_000;
    all.push(await verify(key));
    const hash = (await apiKeyRef(firestore, parseApiKey(key)?.keyId ?? '').get()).data()?.hash;
    expect(new Set(all.map((found) => JSON.stringify(found)))).toEqual(
      new Set([JSON.stringify({ keyId: parseApiKey(key)?.keyId, uid: 'ada', hash })]),
    );
    expect(store.operations).toEqual({ reads: 1, writes: 0 });
  });

  it('costs bcrypt once: what is remembered comes at once', async () => {
    const { verify } = instance(12);
    const key = await addKey({}, 12);
    const before = performance.now();
    await verify(key);
    const first = performance.now() - before;
    const started = performance.now();
    for (let i = 0; i < 100; i += 1) await verify(key);
    expect(performance.now() - started).toBeLessThan(first);
  });

  it('by the secret before is told with that one’s hash, and stands or not elsewhere', async () => {
    const { verify } = instance();
    const old = newSecret();
    const hash = await hashSecret(old, 4);
    const previous = { hash, validUntil: Timestamp.fromMillis(1) };
    const key = await addKey({ previous });
    expect((await verify(withSecret(key, old))).hash).toBe(hash);
    expect((await verify(key)).hash).not.toBe(hash);
    const retired = await addKey({ hash: null, previous });
    expect((await verify(withSecret(retired, old))).hash).toBe(hash);
    await expect(verify(retired)).rejects.toMatchObject({ code: 'unauthenticated' });
  });
});

describe('a key that is not genuine', () => {
  it('is refused unseen for a minute, then looked up again', async () => {
    const { verify, store, time } = instance();
    const wrong = withSecret(await addKey());
    for (let i = 0; i < 30; i += 1) {
      await expect(verify(wrong)).rejects.toMatchObject({
        code: 'unauthenticated',
        message: 'The API key is not valid.',
      });
    }
    expect(store.operations.reads).toBe(1);
    time.now += 59_999;
    await expect(verify(wrong)).rejects.toThrow();
    expect(store.operations.reads).toBe(1);
    time.now += 1;
    await expect(verify(wrong)).rejects.toThrow();
    expect(store.operations.reads).toBe(2);
  });

  it('is a 429 without a look-up after twenty from one address, which ends in a minute', async () => {
    const { verify, store, time } = instance();
    for (let i = 0; i < 20; i += 1) {
      await expect(verify(aKey())).rejects.toMatchObject({ code: 'unauthenticated' });
    }
    const known = await addKey();
    for (const key of [aKey(), known]) {
      await expect(verify(key)).rejects.toMatchObject({ code: 'rate_limited', retryAfterSeconds: 60 });
    }
    expect(store.operations.reads).toBe(20);
    // Others are not concerned, and what is remembered is not either.
    await verify(known, '192.0.2.2');
    await verify(known);
    time.now += 60_000;
    await expect(verify(aKey())).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  it('is counted when many come at once, too', async () => {
    const { verify, store } = instance();
    const tries = await Promise.allSettled(Array.from({ length: 60 }, () => verify(aKey())));
    const codes = tries.map((each) => (each as { reason: { code: string } }).reason.code);
    expect(codes.filter((code) => code === 'unauthenticated')).toHaveLength(20);
    expect(codes.filter((code) => code === 'rate_limited')).toHaveLength(40);
    expect(store.operations.reads).toBe(20);
  });

  it('is not counted where it is genuine, however many come at once', async () => {
    const { verify } = instance();
    const keys = await Promise.all(Array.from({ length: 25 }, () => addKey()));
    await Promise.all(keys.map((key) => verify(key)));
    await expect(verify(aKey())).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  it('says the same and takes as long, whether its id is known, was rotated, or is nobody’s', async () => {
    const cost = 9;
    const { verify } = instance(cost);
    const [key, rotated] = await Promise.all([
      addKey({}, cost),
      addKey({ previous: { hash: await hashSecret(newSecret(), cost), validUntil: Timestamp.now() } }, cost),
    ]);
    const kinds = { unknown: aKey, wrong: () => withSecret(key), rotated: () => withSecret(rotated) };
    const times: Record<string, number[]> = { unknown: [], wrong: [], rotated: [] };
    for (let i = 0; i < 16; i += 1) {
      for (const [kind, text] of Object.entries(kinds)) {
        const started = performance.now();
        await expect(verify(text(), `192.0.2.${i}`)).rejects.toMatchObject({
          message: 'The API key is not valid.',
        });
        if (i > 0) times[kind]?.push(performance.now() - started);
      }
    }
    const medians = Object.values(times).map((list) => list.sort((a, b) => a - b)[7] ?? 0);
    // One comparison more or less would be a factor of two; the bench prints how close they really are.
    expect(Math.max(...medians) / Math.min(...medians)).toBeLessThan(1.5);
  });
});
