import { describe, expect, it } from 'vitest';
import { call, getClientToken } from '../harness/request.ts';
import { startInstance } from '../harness/stack.ts';
import { signIn } from '../harness/users.ts';
import { ask, expectError, seenUser } from './support.ts';

const logout = (token: string) => ask('auth/logout', { token, method: 'POST' });
const generate = (clientToken: string, url?: string) =>
  call('/openaiGenerate', {
    token: clientToken,
    body: { model: 'gpt-4o-mini', prompt: 'Hello', maxTokens: 64 },
    ...(url && { url }),
  });

describe('POST auth/logout', () => {
  it('ends every session of the user at once, client tokens included', async () => {
    const user = await seenUser();
    const elsewhere = await signIn(user.email, user.password);
    const clientToken = await getClientToken(user.accessToken);
    expect((await call('/listProviders', { token: clientToken })).status).toBe(200);
    expect((await generate(clientToken)).status).toBe(200);

    expect(await logout(user.accessToken)).toMatchObject({ status: 204, text: '' });

    for (const { accessToken, refreshToken } of [user, elsewhere]) {
      expectError(await ask('auth/me', { token: accessToken }), 401, 'unauthenticated');
      expectError(await ask('auth/client-token', { token: accessToken, body: {} }), 401, 'unauthenticated');
      expectError(await ask('auth/refresh', { body: { refreshToken } }), 401, 'unauthenticated');
      const body = { model: 'gpt-4o-mini', prompt: 'Hello' };
      expectError(await ask('llm/generate', { token: accessToken, body }), 401, 'unauthenticated');
    }
    expectError(await generate(clientToken), 401, 'unauthenticated');
    expectError(await call('/listProviders', { token: clientToken }), 401, 'unauthenticated');
    expectError(await logout(user.accessToken), 401, 'unauthenticated');
  });

  it('holds on another instance that knows the user well', async () => {
    const user = await seenUser();
    const clientToken = await getClientToken(user.accessToken);
    const other = await startInstance();
    try {
      expect((await generate(clientToken, other.url)).status).toBe(200);
      await logout(user.accessToken);
      expectError(await generate(clientToken, other.url), 401, 'unauthenticated');
    } finally {
      await other.stop();
    }
  });

  it('leaves others alone', async () => {
    const [user, other] = [await seenUser(), await seenUser()];
    const clientToken = await getClientToken(other.accessToken);
    await logout(user.accessToken);
    expect((await ask('auth/me', { token: other.accessToken })).status).toBe(200);
    expect((await generate(clientToken)).status).toBe(200);
  });

  it('lets the user sign in again right after, each time', async () => {
    let { accessToken, ...user } = await seenUser();
    for (let i = 0; i < 3; i += 1) {
      await logout(accessToken);
      const again = await ask('auth/login', { body: { email: user.email, password: user.password } });
      expect(again.status).toBe(200);
      expect((await ask('auth/me', { token: again.body.accessToken })).status).toBe(200);
      expect((await generate(await getClientToken(again.body.accessToken))).status).toBe(200);
      accessToken = again.body.accessToken;
    }
  });
});
