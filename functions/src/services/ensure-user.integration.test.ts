import { randomUUID } from 'node:crypto';
import { Firestore } from '@google-cloud/firestore';
import { afterAll, describe, expect, it } from 'vitest';
import type { AccessTokenPrincipal } from '../domain/principal.ts';
import { StoreHandle } from '../store/handle.ts';
import { userRef } from '../store/users.ts';
import { ensureUser } from './ensure-user.ts';

const firestore = new Firestore({ projectId: 'demo-store' });
afterAll(() => firestore.terminate());

const START = Date.UTC(2026, 10, 23, 12);
const at = (seconds: number) => new StoreHandle(firestore, () => START + seconds * 1000);
const person = (rest: Partial<AccessTokenPrincipal> = {}): AccessTokenPrincipal => ({
  kind: 'accessToken',
  uid: `user_${randomUUID()}`,
  authTime: START / 1000,
  issuedAt: START / 1000,
  email: 'ada@example.com',
  displayName: undefined,
  emailVerified: false,
  admin: false,
  ...rest,
});
const read = async (uid: string) => (await userRef(firestore, uid).get()).data();

describe('ensureUser', () => {
  it('makes the document on first sight', async () => {
    const principal = person({ displayName: 'Ada' });
    const user = await ensureUser(at(0), principal);
    expect(user).toMatchObject({
      email: 'ada@example.com',
      displayName: 'Ada',
      tier: 'free',
      isActive: true,
      isVerified: false,
      validSince: 0,
    });
    expect(user.createdAt.toMillis()).toBe(START);
    expect(await read(principal.uid)).toEqual(user);
  });

  it('makes one document of many first sights at once', async () => {
    const principal = person();
    const users = await Promise.all(
      Array.from({ length: 20 }, (_, second) => ensureUser(at(second), principal)),
    );
    const stored = await read(principal.uid);
    for (const user of users) expect(user).toEqual(stored);
  });

  it('then costs one read and no write', async () => {
    const principal = person();
    await ensureUser(at(0), principal);
    const store = at(10);
    await ensureUser(store, principal);
    expect(store.operations).toEqual({ reads: 1, writes: 0 });
  });

  it('follows what Firebase Authentication says in a newer token', async () => {
    const principal = person();
    await ensureUser(at(0), principal);
    const newer = {
      ...principal,
      issuedAt: START / 1000 + 60,
      email: 'ada@lovelace.uk',
      emailVerified: true,
    };
    const user = await ensureUser(at(61), newer);
    expect(user).toMatchObject({ email: 'ada@lovelace.uk', isVerified: true });
    expect(user.updatedAt.toMillis()).toBe(START + 61_000);
    expect(user.createdAt.toMillis()).toBe(START);
    expect(await read(principal.uid)).toEqual(user);
  });

  it('is not taken back by an older token', async () => {
    const principal = person();
    await ensureUser(at(0), principal);
    await ensureUser(at(61), { ...principal, issuedAt: START / 1000 + 60, emailVerified: true });
    expect(await ensureUser(at(62), principal)).toMatchObject({ isVerified: true });
    expect(await read(principal.uid)).toMatchObject({ isVerified: true });
  });

  it('touches neither tier nor activity', async () => {
    const principal = person();
    await ensureUser(at(0), principal);
    await userRef(firestore, principal.uid).update({ tier: 'pro', isActive: false, validSince: 7 });
    const newer = { ...principal, issuedAt: START / 1000 + 60, emailVerified: true };
    expect(await ensureUser(at(61), newer)).toMatchObject({ tier: 'pro', isActive: false, validSince: 7 });
    expect(await read(principal.uid)).toMatchObject({ tier: 'pro', isActive: false, validSince: 7 });
  });

  it('takes a user without an address', async () => {
    const user = await ensureUser(at(0), person({ email: undefined }));
    expect(user).toMatchObject({ email: null, displayName: null });
  });
});
