import { describe, expect, it } from 'vitest';
import { userRef } from '../../src/store/users.ts';
import { identity, setClaims, signIn, signUp, type TestUser } from '../harness/users.ts';
import { ask, newEmail, openFirestore, PASSWORD, type User } from './support.ts';

const firestore = openFirestore();
const stored = async (uid: string) => (await userRef(firestore, uid).get()).data();
const prompt = { model: 'gpt-4o-mini', prompt: 'Hello', maxTokens: 64 };

/** Each way a user can come to Firegate for the first time; their account exists at Firebase Authentication. */
const WAYS: [string, (user: TestUser) => Promise<{ status: number }>][] = [
  ['auth/me', ({ accessToken }) => ask('auth/me', { token: accessToken })],
  ['auth/login', ({ email, password }) => ask('auth/login', { body: { email, password } })],
  ['auth/refresh', ({ refreshToken }) => ask('auth/refresh', { body: { refreshToken } })],
  ['auth/client-token', ({ accessToken }) => ask('auth/client-token', { token: accessToken, body: {} })],
  ['llm/generate', ({ accessToken }) => ask('llm/generate', { token: accessToken, body: prompt })],
  ['llm/providers', ({ accessToken }) => ask('llm/providers', { token: accessToken })],
];

describe('users/{uid} is made on first sight', () => {
  it.each(WAYS)('by %s', async (_, come) => {
    const user = await signUp();
    expect(await stored(user.uid)).toBeUndefined();
    expect((await come(user)).status).toBe(200);
    const document = await stored(user.uid);
    expect(document).toMatchObject({
      email: user.email,
      displayName: null,
      tier: 'free',
      isActive: true,
      isVerified: false,
      validSince: 0,
    });
    expect(Math.abs((document?.createdAt.toMillis() ?? 0) - Date.now())).toBeLessThan(60_000);
  });

  it('by auth/register', async () => {
    const email = newEmail();
    const { body } = await ask('auth/register', { body: { email, password: PASSWORD } });
    expect(await stored(body.user.id)).toMatchObject({ email, isActive: true });
  });

  it('by an identity of another provider, verified there', async () => {
    const email = newEmail();
    const idToken = JSON.stringify({
      sub: `google-${email}`,
      email,
      email_verified: true,
      name: 'Grace Hopper',
    });
    const { localId, idToken: accessToken } = await identity<{ localId: string; idToken: string }>(
      'accounts:signInWithIdp',
      {
        postBody: `id_token=${encodeURIComponent(idToken)}&providerId=google.com`,
        requestUri: 'http://localhost',
        returnSecureToken: true,
        returnIdpCredential: true,
      },
    );
    const { status, body } = await ask<User>('auth/me', { token: accessToken });
    expect(status).toBe(200);
    expect(body).toMatchObject({ id: localId, email, displayName: 'Grace Hopper', isVerified: true });
  });

  it('once, however many come at the same time and by whichever way', async () => {
    const user = await signUp();
    const answers = await Promise.all([...WAYS, ...WAYS, ...WAYS].map(([, come]) => come(user)));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    const document = await stored(user.uid);
    // All of them saw the one document, whoever made it.
    const me = await ask<User>('auth/me', { token: user.accessToken });
    expect(me.body.createdAt).toBe(document?.createdAt.toDate().toISOString());
    expect(document?.updatedAt).toEqual(document?.createdAt);
  });

  it('with no more rights than anybody: a claim makes an administrator, the document does not', async () => {
    const user = await signUp();
    await setClaims(user.uid, { admin: true });
    expect((await ask('admin/metrics', { token: user.accessToken })).status).toBe(403);
    const { accessToken } = await signIn(user.email, user.password);
    expect((await ask('admin/metrics', { token: accessToken })).status).toBe(200);
    expect(Object.keys((await stored(user.uid)) ?? {})).not.toContain('admin');
  });
});
