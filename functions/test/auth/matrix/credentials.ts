import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { decodeJwt, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import { SCOPE_NAMES } from '../../../src/domain/scopes.ts';
import { getClientToken } from '../../harness/request.ts';
import { stack } from '../../harness/stack.ts';
import type { TestUser } from '../../harness/users.ts';
import { ask } from '../support.ts';

/** How each kind of credential is got by an honest user; a new kind of OpenAPI's security schemes needs a line here. */
export const VALID: Record<string, (user: TestUser) => Promise<string>> = {
  accessToken: async ({ accessToken }) => accessToken,
  clientToken: ({ accessToken }) => getClientToken(accessToken),
  apiKey: (user) => createKey(user, SCOPE_NAMES),
};

/** A new API key with these scopes. */
export async function createKey(user: TestUser, scopes: readonly string[]): Promise<string> {
  const body = { name: 'matrix', scopes };
  const answer = await ask<{ key: string }>('api-keys', { token: user.accessToken, body });
  if (answer.status !== 201) throw new Error(`api-keys answered ${answer.status}: ${answer.text}`);
  return answer.body.key;
}

const now = () => Math.floor(Date.now() / 1000);
const bytes = (secret: string) => new TextEncoder().encode(secret);
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

/** Client tokens that are good but for one thing, of an active user. */
export async function badClientTokens(user: TestUser): Promise<Record<string, string>> {
  const { clientTokenSecret, projectId } = stack();
  const good: JWTPayload = {
    iss: `firegate:${projectId}`,
    aud: 'firegate:generate',
    sub: user.uid,
    jti: 'ct_forged',
    auth_time: now(),
    iat: now(),
    exp: now() + 300,
  };
  const sign = (
    claims: JWTPayload = {},
    options: { secret?: string; alg?: string; typ?: string; key?: KeyObject } = {},
  ) =>
    new SignJWT({ ...good, ...claims })
      .setProtectedHeader({ alg: options.alg ?? 'HS256', typ: options.typ ?? 'client+jwt' })
      .sign(options.key ?? bytes(options.secret ?? clientTokenSecret));
  return {
    'past its time': await sign({ iat: now() - 400, exp: now() - 100 }),
    'not valid yet': await sign({ nbf: now() + 300 }),
    'signed with another secret': await sign({}, { secret: 'another secret that is long enough, and more' }),
    'signed with HS512 and our secret': await sign({}, { alg: 'HS512', secret: clientTokenSecret }),
    'signed with RS256': await sign({}, { alg: 'RS256', key: privateKey }),
    'not signed': new UnsecuredJWT(good).encode(),
    'of another audience': await sign({ aud: 'firegate:admin' }),
    'of another project': await sign({ iss: 'firegate:other' }),
    'of another type': await sign({}, { typ: 'JWT' }),
    'of a user who does not exist': await sign({ sub: 'nobody' }),
    'without a sign-in time': await sign({ auth_time: undefined }),
  };
}

/**
 * Access tokens that are good but for one thing. The Auth emulator's own are not signed at all, and it takes only
 * such: here a forged one is signed, or of another project, or of nobody. What the cloud adds, the signature, is
 * directory.test.ts's.
 */
export async function badAccessTokens(user: TestUser): Promise<Record<string, string>> {
  const good = decodeJwt(user.accessToken);
  const unsigned = (claims: JWTPayload) => new UnsecuredJWT({ ...good, ...claims }).encode();
  return {
    'past its time': unsigned({ iat: now() - 4000, auth_time: now() - 4000, exp: now() - 400 }),
    'signed with a secret': await new SignJWT(good)
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .sign(bytes(stack().clientTokenSecret)),
    'signed with a key of somebody’s': await new SignJWT(good)
      .setProtectedHeader({ alg: 'RS256', kid: 'somebody' })
      .sign(privateKey),
    'of another audience': unsigned({ aud: 'another-project' }),
    'of another project': unsigned({ iss: 'https://securetoken.google.com/another-project' }),
    'of nobody': unsigned({ sub: '', user_id: '' }),
    'of a user who does not exist': unsigned({ sub: 'nobody', user_id: 'nobody' }),
  };
}

/** API keys that are good but for one thing. */
export async function badApiKeys(user: TestUser): Promise<Record<string, string>> {
  const key = await createKey(user, SCOPE_NAMES);
  const revoked = await createKey(user, SCOPE_NAMES);
  const [, , keyId] = revoked.split('_');
  await ask(`api-keys/${keyId}`, { token: user.accessToken, method: 'DELETE' });
  const last = key.at(-1) === 'a' ? 'b' : 'a';
  return {
    'with a wrong checksum': `${key.slice(0, -1)}${last}`,
    'cut short': key.slice(0, -10),
    revoked,
  };
}

export const BAD: Record<string, (user: TestUser) => Promise<Record<string, string>>> = {
  accessToken: badAccessTokens,
  clientToken: badClientTokens,
  apiKey: badApiKeys,
};
