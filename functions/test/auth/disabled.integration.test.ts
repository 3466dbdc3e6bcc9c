import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ServeProcess } from '../../../tools/lib/serve-process.ts';
import { setAccess } from '../../src/services/set-access.ts';
import { userRef } from '../../src/store/users.ts';
import { type Answer, call, getClientToken } from '../harness/request.ts';
import { startInstance } from '../harness/stack.ts';
import { signIn, signUp, type TestUser } from '../harness/users.ts';
import {
  ask,
  expectError,
  newEmail,
  openStore,
  seenUser,
  signUpAdmin,
  type User,
  withoutRequestId,
} from './support.ts';

const store = openStore();
let admin: TestUser;
let other: ServeProcess;
beforeAll(async () => {
  [admin, other] = await Promise.all([signUpAdmin(), startInstance()]);
});
afterAll(() => other.stop());

const setActive = (uid: string, isActive: boolean) =>
  ask<User>(`admin/users/${uid}`, { method: 'PATCH', token: admin.accessToken, body: { isActive } });
const prompt = { model: 'gpt-4o-mini', prompt: 'Hello', maxTokens: 64 };

/** Every way in that the user has, on an instance. */
async function waysIn(user: TestUser, clientToken: string, url?: string): Promise<Record<string, Answer>> {
  const at = url === undefined ? {} : { url };
  const answers = Object.entries({
    me: ask('auth/me', { token: user.accessToken, ...at }),
    providers: ask('llm/providers', { token: user.accessToken, ...at }),
    clientToken: ask('auth/client-token', { token: user.accessToken, body: {}, ...at }),
    generate: ask('llm/generate', { token: user.accessToken, body: prompt, ...at }),
    proxy: call('/openaiGenerate', { token: clientToken, body: prompt, ...at }),
    list: call('/listProviders', { token: clientToken, ...at }),
    refresh: ask('auth/refresh', { body: { refreshToken: user.refreshToken }, ...at }),
    login: ask('auth/login', { body: { email: user.email, password: user.password }, ...at }),
  }).map(async ([name, answer]) => [name, await answer] as const);
  return Object.fromEntries(await Promise.all(answers));
}
const statusesOf = (answers: Record<string, Answer>) =>
  Object.fromEntries(Object.entries(answers).map(([name, { status }]) => [name, status]));
const everywhere = (status: number) =>
  Object.fromEntries(
    ['me', 'providers', 'clientToken', 'generate', 'proxy', 'list', 'refresh', 'login'].map((name) => [
      name,
      status,
    ]),
  );

describe('a user whom an administrator disables', () => {
  it('is refused everywhere at once, and let in again when enabled', async () => {
    const user = await seenUser();
    const clientToken = await getClientToken(user.accessToken);
    // Both instances know the user well by now.
    expect(statusesOf(await waysIn(user, clientToken))).toEqual(everywhere(200));
    expect(statusesOf(await waysIn(user, clientToken, other.url))).toEqual(everywhere(200));

    const disabled = await setActive(user.uid, false);
    expect(disabled).toMatchObject({ status: 200, body: { id: user.uid, isActive: false } });
    const there = await waysIn(user, clientToken, other.url);
    expect(statusesOf(there)).toEqual(everywhere(401));
    const here = await waysIn(user, clientToken);
    expect(statusesOf(here)).toEqual(everywhere(401));
    for (const answer of [...Object.values(here), ...Object.values(there)]) {
      expectError(answer, 401, 'unauthenticated');
    }
    // Firebase Authentication follows: its own SDK cannot sign in either.
    await expect(signIn(user.email, user.password)).rejects.toThrow('USER_DISABLED');

    expect(await setActive(user.uid, true)).toMatchObject({ status: 200, body: { isActive: true } });
    const again = await signIn(user.email, user.password);
    expect(statusesOf(await waysIn(again, await getClientToken(again.accessToken), other.url))).toEqual(
      everywhere(200),
    );
  });

  // In the cloud a token is verified by its signature alone: Firegate's own documents have to tell.
  it.each([
    ['disabled', { isActive: false }],
    ['whose sessions were ended', { validSince: Math.floor(Date.now() / 1000) + 3600 }],
  ])('a user %s in Firegate’s documents alone is refused all the same', async (_, change) => {
    const user = await seenUser();
    const clientToken = await getClientToken(user.accessToken);
    expect(statusesOf(await waysIn(user, clientToken))).toEqual(everywhere(200));
    await setAccess(store, user.uid, change);
    expect(statusesOf(await waysIn(user, clientToken))).toEqual(everywhere(401));
    expect(statusesOf(await waysIn(user, clientToken, other.url))).toEqual(everywhere(401));
  });

  it('looks like a wrong password to who tries to sign in', async () => {
    const [byAdmin, inDocumentsAlone] = [await seenUser(), await seenUser()];
    await setActive(byAdmin.uid, false);
    await setAccess(store, inDocumentsAlone.uid, { isActive: false });
    const logIn = (email: string, password: string) => ask('auth/login', { body: { email, password } });
    const unknown = withoutRequestId(await logIn(newEmail(), 'not the password'));
    for (const { email, password } of [byAdmin, inDocumentsAlone]) {
      expect(withoutRequestId(await logIn(email, password))).toEqual(unknown);
      expect(withoutRequestId(await logIn(email, 'not the password'))).toEqual(unknown);
    }
  });

  it('gets no reset mail, and nobody learns that', async () => {
    const user = await seenUser();
    await setActive(user.uid, false);
    expect(await ask('auth/reset-password', { body: { email: user.email } })).toMatchObject({
      status: 202,
      text: '',
    });
  });
});

describe('PATCH admin/users/{uid}', () => {
  const patch = (uid: string, body: object, token = admin.accessToken) =>
    ask<User>(`admin/users/${uid}`, { method: 'PATCH', token, body });

  it('sets the tier, which holds from the next admission on', async () => {
    const user = await seenUser();
    const clientToken = await getClientToken(user.accessToken);
    const limit = async () =>
      (await call('/openaiGenerate', { token: clientToken, body: prompt })).headers.get('ratelimit-policy');
    expect(await limit()).toContain('"concurrency";q=10;');
    expect(await patch(user.uid, { tier: 'pro' })).toMatchObject({ status: 200, body: { tier: 'pro' } });
    expect(await limit()).toContain('"concurrency";q=50;');
  });

  it('changes nothing where nothing is asked', async () => {
    const user = await seenUser();
    const before = (await ask<User>('auth/me', { token: user.accessToken })).body;
    expect((await patch(user.uid, {})).body).toMatchObject(before);
  });

  it('is for administrators', async () => {
    const user = await seenUser();
    expectError(await patch(user.uid, { tier: 'team' }, user.accessToken), 403, 'forbidden');
    expect((await userRef(store.firestore, user.uid).get()).data()?.tier).toBe('free');
  });

  it.each(['nobody', 'a%2Fb', '%2e%2e', '__id__', 'x'.repeat(128)])('knows no user %s', async (uid) => {
    expectError(await patch(uid, { isActive: false }), 404, 'not_found');
  });

  it('disables also who is no longer in Firebase Authentication', async () => {
    const uid = `gone_${Date.now()}`;
    const { accessToken } = await signUp();
    const { uid: seen } = await seenUser();
    const document = (await userRef(store.firestore, seen).get()).data();
    if (!document) throw new Error('not seen');
    await userRef(store.firestore, uid).set(document);
    expect(await patch(uid, { isActive: false })).toMatchObject({ status: 200, body: { isActive: false } });
    expectError(await patch(uid, { isActive: false }, accessToken), 403, 'forbidden');
  });

  it.each([
    { isActive: 'no' },
    { tier: 'gold' },
    { isVerified: true },
    { validSince: 0 },
    { isActive: null },
  ])('refuses %j', async (body) => {
    expectError(await patch(admin.uid, body), 400, 'invalid_request');
  });
});
