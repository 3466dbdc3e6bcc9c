import { decodeJwt } from 'jose';
import { describe, expect, it } from 'vitest';
import { createClientTokenIssuer } from '../../src/domain/client-token.ts';
import { call, getClientToken } from '../harness/request.ts';
import { stack, startInstance } from '../harness/stack.ts';
import { signUp } from '../harness/users.ts';
import { ask, expectError, seenUser } from './support.ts';

interface ClientToken {
  clientToken: string;
  expiresAt: string;
}
const issue = (token: string, body: object = {}) => ask<ClientToken>('auth/client-token', { token, body });

describe('POST auth/client-token', () => {
  it('issues a token of five minutes, bound to the user', async () => {
    const { uid, accessToken } = await signUp();
    const before = Date.now();
    const { status, body } = await issue(accessToken);
    expect(status).toBe(200);
    expect(Object.keys(body)).toEqual(['clientToken', 'expiresAt']);
    const claims = decodeJwt(body.clientToken);
    expect(claims).toEqual({
      iss: `firegate:${stack().projectId}`,
      aud: 'firegate:generate',
      sub: uid,
      jti: expect.stringMatching(/^ct_\w{22}$/),
      iat: expect.any(Number),
      exp: (claims.iat ?? 0) + 300,
      auth_time: decodeJwt(accessToken)['auth_time'],
    });
    expect(new Date(body.expiresAt).getTime()).toBe((claims.exp ?? 0) * 1000);
    expect(new Date(body.expiresAt).getTime()).toBeGreaterThan(before + 298_000);
  });

  it('binds it to what is asked, also to models that are not known', async () => {
    const { accessToken } = await signUp();
    const grant = {
      providers: ['openai'],
      models: ['gpt-of-tomorrow'],
      maxOutputTokens: 100,
      ttlSeconds: 900,
    };
    const claims = decodeJwt((await issue(accessToken, grant)).body.clientToken);
    expect(claims).toMatchObject({
      providers: ['openai'],
      models: ['gpt-of-tomorrow'],
      max_output_tokens: 100,
      exp: (claims.iat ?? 0) + 900,
    });
  });

  it.each([
    { ttlSeconds: 901 },
    { ttlSeconds: 0 },
    { ttlSeconds: 1.5 },
    { maxOutputTokens: 0 },
    { maxOutputTokens: -5 },
    { models: [] },
    { models: 'gpt-4o' },
    { providers: [] },
    { providers: ['acme'] },
    { uid: 'somebody-else' },
    { admin: true },
  ])('refuses %j', async (grant) => {
    const { accessToken } = await signUp();
    expectError(await issue(accessToken, grant), 400, 'invalid_request');
  });

  it('is not to be had with a client token', async () => {
    const { accessToken } = await signUp();
    const clientToken = await getClientToken(accessToken);
    expectError(await issue(clientToken), 403, 'forbidden');
  });

  it('opens nothing but the functions that are for it', async () => {
    const { accessToken } = await signUp();
    const token = await getClientToken(accessToken);
    expectError(await ask('auth/me', { token }), 403, 'forbidden');
    expectError(await ask('llm/providers', { token }), 403, 'forbidden');
    expect((await call('/listProviders', { token })).status).toBe(200);
  });

  it('ends when its time has come', async () => {
    const { accessToken } = await signUp();
    const token = await getClientToken(accessToken, { ttlSeconds: 1 });
    await new Promise((resolve) => setTimeout(resolve, 1100));
    const error = expectError(await call('/listProviders', { token }), 401, 'unauthenticated');
    expect(error.message).toBe('The client token has expired.');
  });
});

describe('the shared secret', () => {
  it('is rotated without a gap: what the old one signed is taken while both are set', async () => {
    const user = await seenUser();
    const [old, fresh] = [stack().clientTokenSecret, 'a fresh secret that is long enough for HS256'];
    const rotating = await startInstance({ CLIENT_TOKEN_SECRET: `${fresh},${old}` });
    try {
      const fromOld = await getClientToken(user.accessToken);
      const taken = await call('/listProviders', { token: fromOld, url: rotating.url });
      expect(taken.status).toBe(200);

      const issued = await ask<ClientToken>('auth/client-token', {
        token: user.accessToken,
        body: {},
        url: rotating.url,
      });
      const fromNew = issued.body.clientToken;
      expect((await call('/listProviders', { token: fromNew, url: rotating.url })).status).toBe(200);
      // This one knows the old secret alone.
      expectError(await call('/listProviders', { token: fromNew }), 401, 'unauthenticated');
    } finally {
      await rotating.stop();
    }
  });

  it('verifies tokens of a user whom nobody has seen, who is then unknown', async () => {
    const issuer = createClientTokenIssuer({
      secrets: [stack().clientTokenSecret],
      projectId: stack().projectId,
      now: Date.now,
      newId: () => 'ct_test',
    });
    const { clientToken } = await issuer.sign({ uid: 'user_nobody', authTime: 1 }, 60);
    expectError(await call('/listProviders', { token: clientToken }), 401, 'unauthenticated');
    const generate = { token: clientToken, body: { model: 'gpt-4o-mini', prompt: 'Hello' } };
    expectError(await call('/openaiGenerate', generate), 401, 'unauthenticated');
  });
});
