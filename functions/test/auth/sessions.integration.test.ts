import { describe, expect, it } from 'vitest';
import { userRef } from '../../src/store/users.ts';
import { call } from '../harness/request.ts';
import { signIn, signUp } from '../harness/users.ts';
import {
  ask,
  expectError,
  from,
  newEmail,
  openFirestore,
  PASSWORD,
  type Session,
  type User,
  withoutRequestId,
} from './support.ts';

const firestore = openFirestore();
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

function expectSession(session: Session, user: Partial<User>): void {
  expect(session).toEqual({
    accessToken: expect.stringMatching(/^[\w-]+\.[\w-]+\./),
    refreshToken: expect.any(String),
    expiresIn: 3600,
    user: {
      id: expect.any(String),
      email: expect.any(String),
      displayName: null,
      tier: 'free',
      isActive: true,
      isVerified: false,
      createdAt: expect.stringMatching(TIME),
      updatedAt: expect.stringMatching(TIME),
      ...user,
    },
  });
}

describe('POST auth/register', () => {
  it('opens an account and a session', async () => {
    const email = newEmail();
    const answer = await ask('auth/register', {
      body: { email: email.toUpperCase(), password: PASSWORD, displayName: ' Ada Lovelace ' },
    });
    expect(answer.status).toBe(201);
    expectSession(answer.body, { email, displayName: 'Ada Lovelace' });

    const { user, accessToken } = answer.body;
    expect((await ask<User>('auth/me', { token: accessToken })).body).toEqual(user);
    expect((await userRef(firestore, user.id).get()).data()).toMatchObject({
      email,
      displayName: 'Ada Lovelace',
      tier: 'free',
      isActive: true,
      isVerified: false,
    });
    // The account is Firebase Authentication's: its own SDK signs in to it as well.
    expect((await signIn(email, PASSWORD)).uid).toBe(user.id);
  });

  it('refuses an address that is taken, in any case', async () => {
    const { email } = await signUp();
    for (const taken of [email, email.toUpperCase()]) {
      const answer = await ask('auth/register', { body: { email: taken, password: PASSWORD } });
      expectError(answer, 409, 'conflict');
    }
  });

  it.each([
    ['no address', { password: PASSWORD }, 'email'],
    ['no password', { email: newEmail() }, 'password'],
    ['what is no address', { email: 'ada', password: PASSWORD }, 'email'],
    ['an address that is too long', { email: `${'a'.repeat(250)}@example.com`, password: PASSWORD }, 'email'],
    ['a short password', { email: newEmail(), password: 'seven77' }, 'password'],
    ['a password that is no text', { email: newEmail(), password: 12345678 }, 'password'],
    ['a blank name', { email: newEmail(), password: PASSWORD, displayName: '  ' }, 'displayName'],
    ['a field that does not exist', { email: newEmail(), password: PASSWORD, admin: true }, 'admin'],
  ])('refuses %s', async (_, body, field) => {
    const error = expectError(await ask('auth/register', { body }), 400, 'invalid_request');
    expect(error.message).toContain(field);
    expect(JSON.stringify(error)).not.toContain(PASSWORD);
  });
});

describe('POST auth/login', () => {
  it('signs in, whichever way the account was made', async () => {
    const { uid, email, password } = await signUp();
    const answer = await ask('auth/login', { body: { email, password } });
    expect(answer.status).toBe(200);
    expectSession(answer.body, { id: uid, email });
    expect((await ask('auth/me', { token: answer.body.accessToken })).status).toBe(200);
  });

  it('says nothing of which addresses exist', async () => {
    const { email } = await signUp();
    const [wrongPassword, unknown] = await Promise.all([
      ask('auth/login', { body: { email, password: 'not the password' } }),
      ask('auth/login', { body: { email: newEmail(), password: 'not the password' } }),
    ]);
    expectError(wrongPassword, 401, 'unauthenticated');
    expect(withoutRequestId(unknown)).toEqual(withoutRequestId(wrongPassword));
    expect(headerNames(unknown.headers)).toEqual(headerNames(wrongPassword.headers));
  });

  it.each([
    {},
    { email: 'ada@example.com' },
    { email: 'ada', password: 'x' },
    { email: 'a@b.de', password: '' },
  ])('refuses %j', async (body) => {
    expectError(await ask('auth/login', { body }), 400, 'invalid_request');
  });
});

describe('POST auth/refresh', () => {
  it('renews a session, also one of the client SDK', async () => {
    const { uid, email, refreshToken } = await signUp();
    const answer = await ask('auth/refresh', { body: { refreshToken } });
    expect(answer.status).toBe(200);
    expectSession(answer.body, { id: uid, email });
    expect((await ask('auth/me', { token: answer.body.accessToken })).status).toBe(200);
    expect((await ask('auth/refresh', { body: { refreshToken: answer.body.refreshToken } })).status).toBe(
      200,
    );
  });

  it.each(['garbage', 'e30.e30.e30', '0'.repeat(4096)])('refuses %j', async (refreshToken) => {
    expectError(await ask('auth/refresh', { body: { refreshToken } }), 401, 'unauthenticated');
  });

  it('takes no access token for a refresh token', async () => {
    const { accessToken } = await signUp();
    const answer = await ask('auth/refresh', { body: { refreshToken: accessToken } });
    expectError(answer, 401, 'unauthenticated');
  });

  it('wants a refresh token', async () => {
    expectError(await ask('auth/refresh', { body: {} }), 400, 'invalid_request');
    expectError(await ask('auth/refresh', { body: { refreshToken: '' } }), 400, 'invalid_request');
  });
});

describe('GET auth/me', () => {
  it('says who is signed in', async () => {
    const { uid, email, accessToken } = await signUp();
    const answer = await ask<User>('auth/me', { token: accessToken });
    expect(answer).toMatchObject({ status: 200, body: { id: uid, email, tier: 'free', isActive: true } });
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });
});

it('answers at the function’s own URL as well, which comes without /api', async () => {
  const email = newEmail();
  const registered = await call<Session>('/api/v1/auth/register', {
    body: { email, password: PASSWORD },
    headers: from(),
  });
  expect(registered.status).toBe(201);
  const { accessToken } = registered.body;
  const [direct, hosted] = await Promise.all([
    call<User>('/api/v1/auth/me', { token: accessToken }),
    call<User>('/api/api/v1/auth/me', { token: accessToken }),
  ]);
  expect(direct).toMatchObject({ status: 200, body: { email } });
  expect(direct.body).toEqual(hosted.body);
});

const headerNames = (headers: Headers) => [...headers.keys()].sort();
