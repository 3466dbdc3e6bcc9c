import { generateKeyPairSync } from 'node:crypto';
import { type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import { expect, it, vi } from 'vitest';
import { createDirectory } from './directory.ts';

// As in the cloud, where nobody but Google's keys says whether a token is good. None of these needs to ask for them:
// the integration tests, on the Auth emulator, whose tokens are never signed, cannot tell.
vi.stubEnv('FIREBASE_AUTH_EMULATOR_HOST', undefined);
const directory = createDirectory('acme-prod');

const now = Math.floor(Date.now() / 1000);
const claims: JWTPayload = {
  iss: 'https://securetoken.google.com/acme-prod',
  aud: 'acme-prod',
  sub: 'user_1',
  auth_time: now - 10,
  iat: now - 10,
  exp: now + 3600,
};
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const sign = (header: { alg: string; kid?: string }, payload: JWTPayload = claims) =>
  new SignJWT(payload)
    .setProtectedHeader(header)
    .sign(header.alg === 'RS256' ? privateKey : new TextEncoder().encode('s'.repeat(32)));

it.each<[string, () => string | Promise<string>]>([
  ['not signed, as the emulator’s are', () => new UnsecuredJWT(claims).encode()],
  ['signed with a secret', () => sign({ alg: 'HS256', kid: 'k1' })],
  ['that names no key', () => sign({ alg: 'RS256' })],
  ['for another project', () => sign({ alg: 'RS256', kid: 'k1' }, { ...claims, aud: 'acme-test' })],
  ['of another issuer', () => sign({ alg: 'RS256', kid: 'k1' }, { ...claims, iss: 'https://evil.example' })],
  ['of nobody', () => sign({ alg: 'RS256', kid: 'k1' }, { ...claims, sub: '' })],
  ['of garbage', () => 'e30.e30.e30'],
])('refuses an access token %s', async (_, make) => {
  await expect(directory.verifyAccessToken(await make())).rejects.toMatchObject({
    code: 'unauthenticated',
    message: 'The access token is malformed or not signed by Firebase Authentication for this project.',
  });
});
