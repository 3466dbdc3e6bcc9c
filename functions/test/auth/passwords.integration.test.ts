import { describe, expect, it } from 'vitest';
import { sentMails, signIn, signUp } from '../harness/users.ts';
import { ask, expectError, newEmail, type Session, seenUser } from './support.ts';

const NEW_PASSWORD = 'battery staple 9';

const resetCode = async (email: string): Promise<string> => {
  const mails = (await sentMails(email)).filter(({ requestType }) => requestType === 'PASSWORD_RESET');
  return mails.at(-1)?.oobCode ?? '';
};

describe('POST auth/reset-password', () => {
  it('sends a mail where there is an account, and answers alike where there is none', async () => {
    const { email } = await signUp();
    const unknown = newEmail();
    const [known, other] = await Promise.all([
      ask('auth/reset-password', { body: { email } }),
      ask('auth/reset-password', { body: { email: unknown } }),
    ]);
    for (const answer of [known, other]) expect(answer).toMatchObject({ status: 202, text: '' });
    expect([...known.headers.keys()]).toEqual([...other.headers.keys()]);
    expect(await sentMails(email)).toMatchObject([{ requestType: 'PASSWORD_RESET' }]);
    expect(await sentMails(unknown)).toEqual([]);
  });

  it.each([{}, { email: 'ada' }, { email: newEmail(), redirectUrl: 'https://evil.example' }])(
    'refuses %j',
    async (body) => {
      expectError(await ask('auth/reset-password', { body }), 400, 'invalid_request');
    },
  );
});

describe('POST auth/reset-password-confirm', () => {
  it('sets the password, once, and ends all sessions', async () => {
    const user = await seenUser();
    await ask('auth/reset-password', { body: { email: user.email } });
    const body = { oobCode: await resetCode(user.email), newPassword: NEW_PASSWORD };
    expect(await ask('auth/reset-password-confirm', { body })).toMatchObject({ status: 204, text: '' });

    expectError(await ask('auth/me', { token: user.accessToken }), 401, 'unauthenticated');
    expectError(
      await ask('auth/refresh', { body: { refreshToken: user.refreshToken } }),
      401,
      'unauthenticated',
    );
    expectError(
      await ask('auth/login', { body: { email: user.email, password: user.password } }),
      401,
      'unauthenticated',
    );
    const again = await ask('auth/login', { body: { email: user.email, password: NEW_PASSWORD } });
    expect(again.status).toBe(200);
    expect((await ask('auth/me', { token: again.body.accessToken })).status).toBe(200);

    expectError(await ask('auth/reset-password-confirm', { body }), 400, 'invalid_request');
  });

  it('serves an account that Firegate has not seen yet', async () => {
    const { email } = await signUp();
    await ask('auth/reset-password', { body: { email } });
    const body = { oobCode: await resetCode(email), newPassword: NEW_PASSWORD };
    expect((await ask('auth/reset-password-confirm', { body })).status).toBe(204);
    expect((await ask('auth/login', { body: { email, password: NEW_PASSWORD } })).status).toBe(200);
  });

  it('refuses a code that was never sent', async () => {
    const body = { oobCode: 'x'.repeat(54), newPassword: NEW_PASSWORD };
    const error = expectError(await ask('auth/reset-password-confirm', { body }), 400, 'invalid_request');
    expect(error.message).toBe('This code is wrong or was used before.');
  });

  it.each([
    {},
    { oobCode: 'x' },
    { oobCode: 'x', newPassword: 'short' },
    { oobCode: '', newPassword: NEW_PASSWORD },
  ])('refuses %j', async (body) => {
    expectError(await ask('auth/reset-password-confirm', { body }), 400, 'invalid_request');
  });
});

describe('POST auth/change-password', () => {
  const change = (token: string, currentPassword: string, newPassword: string) =>
    ask<Session>('auth/change-password', { token, body: { currentPassword, newPassword } });

  it('sets the password, ends all sessions and opens a new one', async () => {
    const user = await seenUser();
    const elsewhere = await signIn(user.email, user.password);
    const answer = await change(user.accessToken, user.password, NEW_PASSWORD);
    expect(answer).toMatchObject({ status: 200, body: { expiresIn: 3600, user: { id: user.uid } } });

    expect((await ask('auth/me', { token: answer.body.accessToken })).status).toBe(200);
    expect((await ask('auth/refresh', { body: { refreshToken: answer.body.refreshToken } })).status).toBe(
      200,
    );
    for (const { accessToken } of [user, elsewhere]) {
      expectError(await ask('auth/me', { token: accessToken }), 401, 'unauthenticated');
    }
    expect((await ask('auth/login', { body: { email: user.email, password: user.password } })).status).toBe(
      401,
    );
    expect((await ask('auth/login', { body: { email: user.email, password: NEW_PASSWORD } })).status).toBe(
      200,
    );
  });

  it('wants the current password', async () => {
    const user = await seenUser();
    const answer = await change(user.accessToken, 'not the password', NEW_PASSWORD);
    expectError(answer, 401, 'unauthenticated');
    expect((await ask('auth/me', { token: user.accessToken })).status).toBe(200);
    expect((await signIn(user.email, user.password)).uid).toBe(user.uid);
  });

  it('refuses a new one that is too short', async () => {
    const user = await signUp();
    expectError(await change(user.accessToken, user.password, 'seven77'), 400, 'invalid_request');
  });
});
