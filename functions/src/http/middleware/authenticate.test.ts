import { describe, expect, it } from 'vitest';
import { createClientTokenIssuer } from '../../domain/client-token.ts';
import { GatewayError } from '../../domain/errors.ts';
import type { AccessTokenPrincipal } from '../../domain/principal.ts';
import type { Directory } from '../../identity/directory.ts';
import { createApiKeyVerifier } from '../../services/api-keys/verify-api-key.ts';
import { memoryLog } from '../../test-support.ts';
import { ask, errorOf, testApp } from '../test-support.ts';
import { authenticate, bearerToken } from './authenticate.ts';

const clientTokens = createClientTokenIssuer({
  secrets: ['a secret that is long enough for this test'],
  projectId: 'demo-unit',
  now: Date.now,
  newId: () => 'ct_1',
});

const person: AccessTokenPrincipal = {
  kind: 'accessToken',
  uid: 'user_1',
  authTime: 5,
  issuedAt: 6,
  email: 'ada@example.com',
  displayName: undefined,
  emailVerified: true,
  admin: false,
};

/** An identity service that knows one access token. */
const accessToken = [
  'e30',
  Buffer.from('{"iss":"https://securetoken.google.com/x"}').toString('base64url'),
  's',
].join('.');
const unused = () => Promise.reject(new Error('not part of authentication'));
const directory: Directory = {
  verifyAccessToken: async (token) => {
    if (token === accessToken) return person;
    throw new GatewayError('unauthenticated', 'The access token has expired.');
  },
  setDisabled: unused,
  revokeRefreshTokens: unused,
  findByEmail: unused,
  setAdmin: unused,
};

const deps = {
  clientTokens,
  directory,
  apiKeys: createApiKeyVerifier({ bcryptCost: 4, now: Date.now }),
  recordRefusedUse: async () => undefined,
};
const app = testApp();
app.get('/access', authenticate(deps, 'accessToken'), (c) => c.json(c.var.principal));
app.get('/client', authenticate(deps, 'clientToken'), (c) => c.json(c.var.principal));
app.get('/both', authenticate(deps, 'accessToken', 'clientToken'), (c) => c.json(c.var.principal));

const { clientToken } = await clientTokens.sign(
  { uid: 'user_2', authTime: 7, providers: ['openai'], maxOutputTokens: 9 },
  60,
);
const get = (path: string, authorization?: string) =>
  ask(app, path, authorization === undefined ? {} : { headers: { Authorization: authorization } });

describe('authenticate', () => {
  it.each(['/access', '/both'])('%s takes an access token', async (path) => {
    expect(await (await get(path, `Bearer ${accessToken}`)).json()).toEqual({ ...person });
  });

  it.each(['/client', '/both'])('%s takes a client token', async (path) => {
    expect(await (await get(path, `bearer ${clientToken}`)).json()).toEqual({
      kind: 'clientToken',
      uid: 'user_2',
      authTime: 7,
      providers: ['openai'],
      maxOutputTokens: 9,
    });
  });

  it.each([
    ['/access', clientToken, 'This route takes an access token, not a client token.'],
    ['/client', accessToken, 'This route takes a client token, not an access token.'],
  ])('%s refuses a valid one of the other kind with 403', async (path, token, message) => {
    const response = await get(path, `Bearer ${token}`);
    expect(response.headers.has('www-authenticate')).toBe(false);
    expect(await errorOf(response)).toMatchObject({ status: 403, code: 'forbidden', message });
  });

  it('says what it wants where nothing was sent', async () => {
    for (const [path, message] of [
      ['/access', 'This route needs an access token.'],
      ['/client', 'This route needs a client token.'],
      ['/both', 'This route needs an access token or a client token.'],
    ] as const) {
      const response = await get(path);
      expect(response.headers.get('www-authenticate')).toBe('Bearer');
      expect(await errorOf(response)).toMatchObject({ status: 401, code: 'unauthenticated', message });
    }
  });

  it.each([
    'Bearer',
    'Bearer ',
    'Basic YTpi',
    'Token abc',
    'Bearer a b',
    clientToken,
    `Bearer${clientToken}`,
  ])('a header of %j is a 401', async (authorization) => {
    expect(await errorOf(await get('/both', authorization))).toMatchObject({ status: 401 });
  });

  it.each([
    'x',
    'x.y',
    'x.y.z',
    '..',
    'e30.e30.e30',
    'bnVsbA.bnVsbA.bnVsbA',
    `${clientToken}x`,
    `${accessToken}x`,
  ])('a token of %j is a 401', async (token) => {
    expect(await errorOf(await get('/both', `Bearer ${token}`))).toMatchObject({
      status: 401,
      code: 'unauthenticated',
    });
  });

  it('does not reach the handler, and tells the log who it was only when it knows', async () => {
    const log = memoryLog();
    const logged = testApp({ log });
    const fields: object[] = [];
    let handled = 0;
    logged.use(async (c, next) => {
      await next();
      fields.push({ ...c.var.logFields });
    });
    logged.get('/', authenticate(deps, 'accessToken'), (c) => {
      handled += 1;
      return c.body(null, 204);
    });
    for (const token of [accessToken, clientToken, 'x']) {
      await ask(logged, '/', { headers: { Authorization: `Bearer ${token}` } });
    }
    expect(handled).toBe(1);
    expect(fields).toEqual([{ uid: 'user_1' }, { errorCode: 'forbidden' }, { errorCode: 'unauthenticated' }]);
  });
});

describe('bearerToken', () => {
  it('is what stands behind the scheme, in any case', () => {
    expect(bearerToken('BEARER   abc.def')).toBe('abc.def');
  });
});
