import { randomUUID } from 'node:crypto';
import { Timestamp } from '@google-cloud/firestore';
import { afterAll, describe, expect, it } from 'vitest';
import { type ApiKeyChoices, statusOf } from '../../src/services/api-keys/api-key.ts';
import { createApiKey } from '../../src/services/api-keys/create-api-key.ts';
import { retireDueKeys } from '../../src/services/api-keys/retire-due-keys.ts';
import { revokeApiKey } from '../../src/services/api-keys/revoke-api-key.ts';
import { rotateApiKey } from '../../src/services/api-keys/rotate-api-key.ts';
import { updateApiKey } from '../../src/services/api-keys/update-api-key.ts';
import { createApiKeyVerifier } from '../../src/services/api-keys/verify-api-key.ts';
import { createLedger } from '../../src/services/ledger/create-ledger.ts';
import { type ApiKeyDocument, apiKeyRef } from '../../src/store/api-keys.ts';
import { auditOfUser } from '../../src/store/audit-log.ts';
import { StoreHandle } from '../../src/store/handle.ts';
import { addUser, movableClock, openFirestore, request } from '../ledger/setup.ts';

// A database of its own: a run retires whatever is due.
const firestore = openFirestore(`demo-retire-${randomUUID().slice(0, 8)}`);
afterAll(() => firestore.terminate());

const DAY = 86_400_000;
const config = { deployed: false, bcryptCost: 4 };
const NONE = { providers: null, models: null, expiresAt: null, budget: null, limits: null, tags: null };
const actor = { id: 'ada', ip: '192.0.2.1', userAgent: null };

/** A key in a world whose clock the test moves. */
async function world(choices: Partial<ApiKeyChoices> = {}) {
  const clock = movableClock();
  const store = new StoreHandle(firestore, clock.now);
  const uid = await addUser(firestore);
  const all = { name: 'reports', scopes: ['generate' as const], rotation: null, ...NONE, ...choices };
  const { key, id } = await createApiKey({ config }, store, uid, all, actor);
  const ledger = createLedger({ firestore: () => firestore, clock });
  const verifier = createApiKeyVerifier({ bcryptCost: 4, now: clock.now });
  return {
    clock,
    store,
    uid,
    key,
    id,
    run: () => retireDueKeys(store),
    read: async () => (await apiKeyRef(firestore, id).get()).data() as ApiKeyDocument,
    rotate: (grace?: number) => rotateApiKey({ config }, store, uid, id, grace, actor),
    update: (patch: Parameters<typeof updateApiKey>[3]) => updateApiKey(store, uid, id, patch, actor),
    audit: async () => {
      const { docs } = await auditOfUser(firestore, uid).get();
      return docs.map((document) => document.data());
    },
    notifications: async () => {
      const { docs } = await firestore.collection('notifications').where('userId', '==', uid).get();
      return docs.map((document) => document.data());
    },
    /** `ok`, or the ledger's refusal, of a request with this text. */
    use: async (text = key) => {
      try {
        const { hash } = await verifier.verify(store, text, '192.0.2.1');
        const { authTime: _, apiKey: __, ...rest } = request(uid, { deadline: clock.now() + 1_000 });
        await ledger.admit({ ...rest, apiKey: { id, hash, scope: 'generate' } });
        return 'ok';
      } catch (error) {
        return (error as Error).message;
      }
    },
  };
}

describe('a rotation policy', () => {
  const rotation = { everyDays: 30, graceSeconds: 3600 };

  it('retires the secret when it is due, not before, and tells the owner', async () => {
    const { clock, run, read, notifications, audit, use, rotate, key, id, uid } = await world({ rotation });
    const made = (await read()).createdAt.toMillis();
    clock.ahead = 30 * DAY - 5_000;
    expect((await run()).rotated).toBe(0);
    clock.ahead = 30 * DAY + 1_000;
    expect((await run()).rotated).toBe(1);
    const retired = await read();
    expect(retired.hash).toBeNull();
    const ends = retired.previous?.validUntil.toMillis() ?? 0;
    expect(ends - (made + 30 * DAY + 3_600_000)).toBeGreaterThanOrEqual(0);
    expect(ends - (made + 30 * DAY + 3_600_000)).toBeLessThan(60_000);
    const [told, ...more] = await notifications();
    expect(more).toEqual([]);
    expect(told).toMatchObject({ userId: uid, kind: 'api_key.rotated', apiKeyId: id });
    expect(told?.['message']).toContain(new Date(ends).toISOString());
    expect(told?.['expiresAt'].toMillis()).toBeGreaterThan(clock.now() + 80 * DAY);
    expect((await audit())[0]).toMatchObject({ action: 'api_key.rotated', actor: 'system', ip: null });

    // A second run finds nothing to do.
    expect((await run()).rotated).toBe(0);
    // The old secret works in its grace; fetching a new one does not lengthen it.
    expect(await use()).toBe('ok');
    const fetched = await rotate(604_800);
    expect(fetched.apiKey.previous?.validUntil.toMillis()).toBe(ends);
    expect([await use(key), await use(fetched.key)]).toEqual(['ok', 'ok']);
    clock.ahead = ends - Date.now() + 1_000;
    expect(await use(key)).toContain('rotated');
    expect(await use(fetched.key)).toBe('ok');
    // The next turn counts from the fetched one.
    expect((await read()).rotatesAt?.toMillis()).toBe(fetched.apiKey.updatedAt.toMillis() + 30 * DAY);
  });

  it('lets the owner end the grace of a retired secret sooner', async () => {
    const { clock, run, rotate, use, key } = await world({ rotation });
    clock.ahead = 30 * DAY + 1_000;
    await run();
    const fetched = await rotate(600);
    expect(await use(key)).toBe('ok');
    clock.ahead += 601_000;
    expect(await use(key)).toContain('rotated');
    expect(await use(fetched.key)).toBe('ok');

    const leaked = await world({ rotation });
    leaked.clock.ahead = 30 * DAY + 1_000;
    await leaked.run();
    expect(await leaked.use()).toBe('ok');
    await leaked.rotate(0);
    expect(await leaked.use()).toContain('rotated');
  });

  it('leaves nothing to use where the grace ends and no secret was fetched', async () => {
    const { clock, run, use, rotate, notifications } = await world({
      rotation: { everyDays: 1, graceSeconds: 0 },
    });
    expect(await use()).toBe('ok');
    clock.ahead = DAY + 1_000;
    await run();
    expect(await use()).toContain('rotated');
    // Due again, with nothing to retire: nothing more to tell.
    clock.ahead = 3 * DAY;
    await run();
    expect(await notifications()).toHaveLength(1);
    expect(await use((await rotate()).key)).toBe('ok');
  });

  it('run twice at once makes one change', async () => {
    const { clock, run, notifications, audit } = await world({ rotation });
    clock.ahead = 31 * DAY;
    await Promise.all([run(), run(), run()]);
    expect(await notifications()).toHaveLength(1);
    expect((await audit()).filter(({ action }) => action === 'api_key.rotated')).toHaveLength(1);
  });

  it('counts from when it is set, ends when it is cleared, and leaves revoked keys alone', async () => {
    const { clock, run, update, read, id, store, uid } = await world();
    clock.ahead = 10 * DAY;
    await update({ rotation: { everyDays: 5, graceSeconds: 0 } });
    expect((await read()).rotatesAt?.toMillis()).toBeGreaterThan(Date.now() + 14.9 * DAY);
    await update({ rotation: null });
    clock.ahead = 40 * DAY;
    await run();
    expect((await read()).hash).not.toBeNull();
    await update({ rotation: { everyDays: 1, graceSeconds: 0 } });
    await revokeApiKey(store, uid, id, actor);
    clock.ahead = 50 * DAY;
    await run();
    expect(await read()).toMatchObject({ status: 'revoked', hash: expect.any(String) });
  });
});

describe('an expiry', () => {
  it('holds to the millisecond, before and after it is on record', async () => {
    const at = Timestamp.fromMillis(Date.now() + 10 * DAY);
    const { clock, run, read, use, audit } = await world({ expiresAt: at });
    clock.ahead = 10 * DAY - 10_000;
    expect(await use()).toBe('ok');
    expect((await run()).expired).toBe(0);
    expect(statusOf(await read(), at.toMillis() - 1)).toBe('active');
    expect(statusOf(await read(), at.toMillis())).toBe('expired');
    clock.ahead = 10 * DAY + 1_000;
    expect(await use()).toContain('expired');
    expect((await run()).expired).toBe(1);
    expect((await run()).expired).toBe(0);
    expect((await read()).status).toBe('expired');
    expect(await use()).toContain('expired');
    expect((await audit())[0]).toMatchObject({
      action: 'api_key.expired',
      actor: 'system',
      before: { status: 'active' },
      after: { status: 'expired' },
    });
  });

  it('that is moved on brings the key back, with its policy; a new name alone does not', async () => {
    const at = Timestamp.fromMillis(Date.now() + DAY);
    const rotation = { everyDays: 7, graceSeconds: 0 };
    const { clock, run, read, use, update, audit } = await world({ expiresAt: at, rotation });
    clock.ahead = 2 * DAY;
    await run();
    await update({ name: 'renamed' });
    expect((await read()).status).toBe('expired');
    expect(await use()).toContain('expired');
    await run();
    expect((await audit()).filter(({ action }) => action === 'api_key.expired')).toHaveLength(1);
    await update({ expiresAt: null });
    expect(await use()).toBe('ok');
    expect((await read()).rotatesAt?.toMillis()).toBeGreaterThan(Date.now() + 8.9 * DAY);
  });
});
