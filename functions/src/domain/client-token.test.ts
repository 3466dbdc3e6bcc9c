import { generateKeyPairSync } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { CLIENT_TOKEN_TTL, createClientTokenIssuer } from './client-token.ts';
import { GatewayError } from './errors.ts';

const OLD = 'the old secret, of which everybody has heard by now';
const NEW = 'the new secret, of which nobody has heard yet';
const START = Date.UTC(2026, 10, 23, 12) + 321;
const SECOND = START / 1000;

let now = START;
let ids = 0;
const issuerOf = (...secrets: [string, ...string[]]) => {
  now = START;
  return createClientTokenIssuer({
    secrets,
    projectId: 'demo-firegate',
    now: () => now,
    newId: () => `ct_${++ids}`,
  });
};
const bytes = (secret: string) => new TextEncoder().encode(secret);

/** The claims of a token that is good, to be spoiled one at a time. */
const goodClaims = (): JWTPayload => ({
  iss: 'firegate:demo-firegate',
  aud: 'firegate:generate',
  sub: 'user_1',
  jti: 'ct_1',
  auth_time: Math.floor(SECOND) - 100,
  iat: Math.floor(SECOND),
  exp: Math.floor(SECOND) + 300,
});
const forge = (claims: JWTPayload, secret = NEW, header: { alg: string; typ?: string } = good) =>
  new SignJWT(claims).setProtectedHeader(header).sign(bytes(secret));
const good = { alg: 'HS256', typ: 'client+jwt' };

async function refusalOf(token: string, secrets: [string, ...string[]] = [NEW]): Promise<string> {
  const thrown = await issuerOf(...secrets)
    .verify(token)
    .catch((error: unknown) => error);
  if (!(thrown instanceof GatewayError)) throw new Error('The token was taken');
  expect(thrown.status).toBe(401);
  return thrown.message;
}

describe('a client token', () => {
  it('carries what was granted, and no more', async () => {
    const issuer = issuerOf(NEW);
    const grant = {
      uid: 'user_1',
      authTime: 1_700_000_000,
      providers: ['openai'],
      models: ['gpt-6-luna'],
      maxOutputTokens: 500,
    };
    const { clientToken, expiresAt } = await issuer.sign(grant, 60);
    expect(await issuer.verify(clientToken)).toEqual({ ...grant, tokenId: `ct_${ids}` });
    expect(decodeJwt(clientToken)).toEqual({
      iss: 'firegate:demo-firegate',
      aud: 'firegate:generate',
      sub: 'user_1',
      jti: `ct_${ids}`,
      iat: Math.floor(SECOND),
      exp: Math.floor(SECOND) + 60,
      auth_time: 1_700_000_000,
      providers: ['openai'],
      models: ['gpt-6-luna'],
      max_output_tokens: 500,
    });
    expect(expiresAt.getTime()).toBe((Math.floor(SECOND) + 60) * 1000);
  });

  it('without lists allows all', async () => {
    const issuer = issuerOf(NEW);
    const { clientToken } = await issuer.sign({ uid: 'user_1', authTime: 5 }, 60);
    expect(await issuer.verify(clientToken)).toMatchObject({
      providers: undefined,
      models: undefined,
      maxOutputTokens: undefined,
    });
    expect(Object.keys(decodeJwt(clientToken))).not.toContain('models');
  });

  it('lives five minutes by default and fifteen at most', () => {
    expect(CLIENT_TOKEN_TTL).toEqual({ default: 300, max: 900 });
  });

  it('is good until its last second, and not after', async () => {
    const issuer = issuerOf(NEW);
    const { clientToken, expiresAt } = await issuer.sign({ uid: 'user_1', authTime: 5 }, 60);
    now = expiresAt.getTime() - 1;
    await expect(issuer.verify(clientToken)).resolves.toMatchObject({ uid: 'user_1' });
    now = expiresAt.getTime();
    await expect(issuer.verify(clientToken)).rejects.toMatchObject({
      code: 'unauthenticated',
      message: 'The client token has expired.',
    });
  });

  it('tells nothing of the secret by its key id', async () => {
    const { clientToken } = await issuerOf(NEW).sign({ uid: 'user_1', authTime: 5 }, 60);
    const { kid } = decodeProtectedHeader(clientToken);
    expect(kid).toMatch(/^[\w-]{8}$/);
    expect(NEW).not.toContain(kid);
  });
});

describe('rotation of the secret', () => {
  it('takes the old one’s tokens for as long as it is listed', async () => {
    const { clientToken } = await issuerOf(OLD).sign({ uid: 'user_1', authTime: 5 }, 60);
    await expect(issuerOf(NEW, OLD).verify(clientToken)).resolves.toMatchObject({ uid: 'user_1' });
    await expect(issuerOf(NEW).verify(clientToken)).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  it('signs with the first alone', async () => {
    const { clientToken } = await issuerOf(NEW, OLD).sign({ uid: 'user_1', authTime: 5 }, 60);
    await expect(issuerOf(NEW).verify(clientToken)).resolves.toMatchObject({ uid: 'user_1' });
    await expect(issuerOf(OLD).verify(clientToken)).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  it('lets no key id choose a secret that is not listed', async () => {
    const { clientToken } = await issuerOf(OLD).sign({ uid: 'user_1', authTime: 5 }, 60);
    const { kid } = decodeProtectedHeader(clientToken);
    const forged = await forge(goodClaims(), OLD, { ...good, kid } as typeof good);
    expect(await refusalOf(forged)).toBe('The client token’s signature does not verify.');
  });
});

describe('a forged token is a 401 that says which check failed', () => {
  it('none of this is due to the base token: it is good', async () => {
    await expect(issuerOf(NEW).verify(await forge(goodClaims()))).resolves.toMatchObject({ uid: 'user_1' });
  });

  it('another secret', async () => {
    expect(await refusalOf(await forge(goodClaims(), OLD))).toBe(
      'The client token’s signature does not verify.',
    );
  });

  it('a changed payload', async () => {
    const [head, , signature] = (await forge(goodClaims())).split('.');
    const payload = Buffer.from(JSON.stringify({ ...goodClaims(), sub: 'user_2' })).toString('base64url');
    expect(await refusalOf(`${head}.${payload}.${signature}`)).toBe(
      'The client token’s signature does not verify.',
    );
  });

  it.each(['HS384', 'HS512'])('%s, even with our secret', async (alg) => {
    const token = await forge(goodClaims(), `${NEW}${NEW}`, { ...good, alg });
    expect(await refusalOf(token, [`${NEW}${NEW}`])).toBe(
      'The client token is signed with another algorithm than HS256.',
    );
  });

  it('no algorithm', async () => {
    const { exp, iat, iss, aud, sub, jti, ...rest } = goodClaims();
    const none = new UnsecuredJWT({ exp, iat, iss, aud, sub, jti, ...rest } as JWTPayload).encode();
    expect(await refusalOf(none)).toMatch(/another algorithm|malformed/);
  });

  it('an asymmetric algorithm', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const token = await new SignJWT(goodClaims())
      .setProtectedHeader({ ...good, alg: 'RS256' })
      .sign(privateKey);
    expect(await refusalOf(token)).toBe('The client token is signed with another algorithm than HS256.');
  });

  it.each<[string, JWTPayload, string]>([
    ['another audience', { aud: 'firegate:admin' }, 'The client token is for another audience.'],
    ['another project’s issuer', { iss: 'firegate:other' }, 'The client token was issued by another issuer.'],
    ['a future start', { nbf: Math.floor(SECOND) + 60 }, 'The client token is not valid yet.'],
    ['a past end', { exp: Math.floor(SECOND) - 1 }, 'The client token has expired.'],
    [
      'an end that is no number',
      { exp: 'never' as never },
      'The client token’s claim "exp" is missing or wrong.',
    ],
    ['no sign-in time that is a number', { auth_time: 'now' }, 'The client token is malformed.'],
    ['providers that are no list', { providers: 'openai' }, 'The client token is malformed.'],
    ['no output at all', { max_output_tokens: 0 }, 'The client token is malformed.'],
    ['nobody', { sub: '' }, 'The client token is malformed.'],
  ])('%s', async (_, spoiled, message) => {
    expect(await refusalOf(await forge({ ...goodClaims(), ...spoiled }))).toBe(message);
  });

  it.each(['exp', 'iat', 'sub', 'jti', 'auth_time', 'aud', 'iss'])('no %s', async (claim) => {
    const { [claim]: _, ...claims } = goodClaims();
    expect(await refusalOf(await forge(claims))).toMatch(
      claim === 'aud'
        ? /audience/
        : claim === 'iss'
          ? /issuer/
          : new RegExp(`"${claim}" is missing or wrong`),
    );
  });

  it.each([
    ['another type of JWT', { alg: 'HS256', typ: 'JWT' }],
    ['no type', { alg: 'HS256' }],
  ])('%s', async (_, header) => {
    expect(await refusalOf(await forge(goodClaims(), NEW, header))).toBe(
      'The client token’s claim "typ" is missing or wrong.',
    );
  });

  it.each(['', 'garbage', 'a.b', 'a.b.c', 'e30.e30.', '....', 'x'.repeat(10_000)])('%j', async (text) => {
    expect(await refusalOf(text)).toBe('The client token is malformed.');
  });
});
