import { describe, expect, it } from 'vitest';
import { identity, sentMails, signIn, signUp } from '../harness/users.ts';
import { ask, expectError, type User } from './support.ts';

const verifyCode = async (email: string): Promise<string> => {
  const mails = (await sentMails(email)).filter(({ requestType }) => requestType === 'VERIFY_EMAIL');
  return mails.at(-1)?.oobCode ?? '';
};
const isVerified = async (token: string) => (await ask<User>('auth/me', { token })).body.isVerified;

describe('verifying an address', () => {
  it('goes by mail, once, and holds at once for every token', async () => {
    const user = await signUp();
    expect(await isVerified(user.accessToken)).toBe(false);
    const asked = await ask('auth/verify-email', { token: user.accessToken, method: 'POST' });
    expect(asked).toMatchObject({ status: 202, text: '' });

    const body = { oobCode: await verifyCode(user.email) };
    expect(await ask('auth/verify-email-confirm', { body })).toMatchObject({ status: 204, text: '' });
    // The token still says that the address is not verified; what is newer counts.
    expect(await isVerified(user.accessToken)).toBe(true);
    const { accessToken } = await signIn(user.email, user.password);
    expect(await isVerified(accessToken)).toBe(true);

    expectError(await ask('auth/verify-email-confirm', { body }), 400, 'invalid_request');
    const again = await ask('auth/verify-email', { token: accessToken, method: 'POST' });
    expectError(again, 409, 'conflict');
  });

  it('is seen as well where it was done by the client SDK', async () => {
    const user = await signUp();
    expect(await isVerified(user.accessToken)).toBe(false);
    await identity('accounts:sendOobCode', { requestType: 'VERIFY_EMAIL', idToken: user.accessToken });
    await identity('accounts:update', { oobCode: await verifyCode(user.email) });
    // A token's time is in whole seconds; one from the second of first sight is not known to be newer.
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const { accessToken } = await signIn(user.email, user.password);
    expect(await isVerified(accessToken)).toBe(true);
    // An old token does not take it back.
    expect(await isVerified(user.accessToken)).toBe(true);
  });

  it('of an account that Firegate has not seen yet', async () => {
    const user = await signUp();
    await identity('accounts:sendOobCode', { requestType: 'VERIFY_EMAIL', idToken: user.accessToken });
    const body = { oobCode: await verifyCode(user.email) };
    expect((await ask('auth/verify-email-confirm', { body })).status).toBe(204);
    const { accessToken } = await signIn(user.email, user.password);
    expect(await isVerified(accessToken)).toBe(true);
  });

  it('needs an address', async () => {
    const { idToken } = await identity<{ idToken: string }>('accounts:signUp', { returnSecureToken: true });
    const verify = await ask('auth/verify-email', { token: idToken, method: 'POST' });
    expectError(verify, 400, 'invalid_request');
    const change = await ask('auth/change-password', {
      token: idToken,
      body: { currentPassword: 'whatever 1', newPassword: 'whatever 2' },
    });
    expectError(change, 400, 'invalid_request');
  });

  it.each([{}, { oobCode: '' }, { oobCode: 'x'.repeat(54) }, { oobCode: 'x', uid: 'y' }])(
    'refuses %j',
    async (body) => {
      expectError(await ask('auth/verify-email-confirm', { body }), 400, 'invalid_request');
    },
  );
});
