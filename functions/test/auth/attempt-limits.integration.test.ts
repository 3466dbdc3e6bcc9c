import { Timestamp } from '@google-cloud/firestore';
import { describe, expect, it } from 'vitest';
import { BY_IP, MAIL_BY_ADDRESS, PASSWORD_BY_ADDRESS } from '../../src/services/auth/attempt-limits.ts';
import { attemptRef } from '../../src/store/attempts.ts';
import { signUp } from '../harness/users.ts';
import { ask, expectError, from, newEmail, newIp, openFirestore, seenUser } from './support.ts';

const firestore = openFirestore();

/** As if an address had used up its attempts but so many. */
async function useUp(limit: typeof BY_IP, key: string, left = 0): Promise<void> {
  const windowEndsAt = Timestamp.fromMillis(Date.now() + 100_000);
  const count = limit.max - left;
  await attemptRef(firestore, limit.name, key).set({
    limit: limit.name,
    count,
    windowEndsAt,
    expiresAt: windowEndsAt,
  });
}
const logIn = (email: string, password: string, ip = newIp()) =>
  ask('auth/login', { body: { email, password }, headers: from(ip) });

describe('by address', () => {
  it('a password can be tried ten times in a quarter of an hour, from wherever', async () => {
    const { email, password } = await signUp();
    for (let i = 0; i < PASSWORD_BY_ADDRESS.max; i += 1) {
      expectError(await logIn(email, 'wrong'), 401, 'unauthenticated');
    }
    const refused = await logIn(email, password);
    expectError(refused, 429, 'rate_limited');
    const wait = Number(refused.headers.get('retry-after'));
    expect(wait).toBeGreaterThan(800);
    expect(wait).toBeLessThanOrEqual(900);
  });

  it('the same holds for an address without an account, or the limit would tell', async () => {
    const email = newEmail();
    await useUp(PASSWORD_BY_ADDRESS, email, 1);
    expectError(await logIn(email, 'wrong'), 401, 'unauthenticated');
    expectError(await logIn(email.toUpperCase(), 'wrong'), 429, 'rate_limited');
  });

  it('never lets through more than ten of many at once', async () => {
    const { email } = await signUp();
    const answers = await Promise.all(Array.from({ length: 25 }, () => logIn(email, 'wrong')));
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 401).length).toBeLessThanOrEqual(PASSWORD_BY_ADDRESS.max);
    expect(new Set(statuses)).toEqual(new Set([401, 429]));
  });

  it('a success forgives what was tried before', async () => {
    const { email, password } = await signUp();
    await useUp(PASSWORD_BY_ADDRESS, email, 1);
    expect((await logIn(email, password)).status).toBe(200);
    expectError(await logIn(email, 'wrong'), 401, 'unauthenticated');
    expectError(await logIn(email, 'wrong'), 401, 'unauthenticated');
  });

  it('changing a password is another way to try one', async () => {
    const user = await seenUser();
    await useUp(PASSWORD_BY_ADDRESS, user.email);
    const body = { currentPassword: user.password, newPassword: 'battery staple 9' };
    expectError(await ask('auth/change-password', { token: user.accessToken, body }), 429, 'rate_limited');
  });

  it('five mails an hour go to a mailbox, whether or not it has an account', async () => {
    const known = await signUp();
    for (const email of [known.email, newEmail()]) {
      await useUp(MAIL_BY_ADDRESS, email, 1);
      expect((await ask('auth/reset-password', { body: { email } })).status).toBe(202);
      expectError(await ask('auth/reset-password', { body: { email } }), 429, 'rate_limited');
    }
    // Verification mails go to the same mailbox.
    const verify = await ask('auth/verify-email', { token: known.accessToken, method: 'POST' });
    expectError(verify, 429, 'rate_limited');
  });
});

describe('by client IP', () => {
  const ROUTES = [
    'auth/register',
    'auth/login',
    'auth/refresh',
    'auth/reset-password',
    'auth/reset-password-confirm',
    'auth/verify-email-confirm',
  ];

  it.each(ROUTES)('%s is limited, before the body is looked at', async (route) => {
    const ip = newIp();
    await useUp(BY_IP, ip, 1);
    expectError(await ask(route, { body: {}, headers: from(ip) }), 400, 'invalid_request');
    const refused = await ask(route, { body: {}, headers: from(ip) });
    const error = expectError(refused, 429, 'rate_limited');
    expect(error.details).toEqual({ limit: BY_IP.name });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(90);
  });

  it('is one count over all of them', async () => {
    const ip = newIp();
    await useUp(BY_IP, ip, ROUTES.length);
    for (const route of ROUTES) expect((await ask(route, { body: {}, headers: from(ip) })).status).toBe(400);
    for (const route of ROUTES) expect((await ask(route, { body: {}, headers: from(ip) })).status).toBe(429);
  });

  it('goes by what the proxy wrote: what a client claims before it does not help', async () => {
    const ip = newIp();
    await useUp(BY_IP, ip);
    for (const claim of [`${newIp()}, ${ip}`, `${newIp()},${newIp()},${ip}`, `127.0.0.1, ${ip}`]) {
      const answer = await ask('auth/login', { body: {}, headers: { 'X-Forwarded-For': claim } });
      expectError(answer, 429, 'rate_limited');
    }
    const answer = await ask('auth/login', { body: {}, headers: { 'X-Forwarded-For': `${ip}, ${newIp()}` } });
    expect(answer.status).toBe(400);
  });

  it('does not touch who is signed in', async () => {
    const [ip, user] = [newIp(), await seenUser()];
    await useUp(BY_IP, ip);
    expect((await ask('auth/me', { token: user.accessToken, headers: from(ip) })).status).toBe(200);
  });
});
