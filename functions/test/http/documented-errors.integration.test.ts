import { Timestamp } from '@google-cloud/firestore';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../../tools/lib/ports.ts';
import type { ServeProcess } from '../../../tools/lib/serve-process.ts';
import { ERRORS, type ErrorCode } from '../../src/domain/errors.ts';
import { nanoFromUsd } from '../../src/domain/money.ts';
import type { LimitOverrides } from '../../src/domain/tiers.ts';
import { BY_IP, MAIL_BY_ADDRESS, PASSWORD_BY_ADDRESS } from '../../src/services/auth/attempt-limits.ts';
import { setAccess } from '../../src/services/set-access.ts';
import { attemptRef } from '../../src/store/attempts.ts';
import { VALID } from '../auth/matrix/credentials.ts';
import { modelFor, OPERATIONS, type Operation, requestFor } from '../auth/matrix/operations.ts';
import {
  ask,
  expectError,
  from,
  newEmail,
  newIp,
  openStore,
  PASSWORD,
  seenUser,
  signUpAdmin,
} from '../auth/support.ts';
import { provokeFiles } from '../files/provoke.ts';
import { type Answer, call, type RequestOptions } from '../harness/request.ts';
import { startInstance } from '../harness/stack.ts';
import { identity, sentMails, signIn, signUp, type TestUser } from '../harness/users.ts';
import { provokeImages } from '../images/provoke.ts';
import { provokeVideos } from '../videos/provoke.ts';

// Every error that the OpenAPI document promises is provoked here: a new one needs a way to come about.

const store = openStore();
let admin: TestUser;
/** An instance that gives a model one second. */
let impatient: ServeProcess;
/** An instance that cannot reach the database. */
let cutOff: ServeProcess;
beforeAll(async () => {
  [admin, impatient, cutOff] = await Promise.all([
    signUpAdmin(),
    startInstance({ REQUEST_DEADLINE_SECONDS: '1' }),
    freePort().then((port) => startInstance({ FIRESTORE_EMULATOR_HOST: `127.0.0.1:${port}` })),
  ]);
  await ask('auth/me', { token: admin.accessToken });
});
afterAll(() => Promise.all([impatient.stop(), cutOff.stop()]));

interface Given {
  operation: Operation;
  user: TestUser;
  /** A good credential of the user for the route; undefined on public routes. */
  token: string | undefined;
}
type Provoke = (given: Given) => Promise<Answer>;

async function given(operation: Operation): Promise<Given> {
  const [kind, needed = []] = Object.entries(operation.security ?? {})[0] ?? [];
  const user = kind === 'accessToken' && needed.includes('admin') ? admin : await seenUser();
  return { operation, user, token: kind === undefined ? undefined : await VALID[kind]?.(user) };
}

/** The route, called with a good credential, but for what is changed. */
const send = ({ operation, user, token }: Given, changed: RequestOptions & { path?: string } = {}) => {
  const { path, options } = requestFor(operation, user.uid);
  return call(changed.path ?? path, {
    ...options,
    ...(token !== undefined && { token }),
    ...changed,
    headers: { ...from(), ...changed.headers },
  });
};
const prompt = (operation: Operation, directive = '') => ({
  model: modelFor(operation.path),
  prompt: `Hello ${directive}`,
  maxTokens: 64,
});
const limited = async (given: Given, overrides: LimitOverrides) => {
  await setAccess(store, given.user.uid, { overrides: overrides as never });
  return send(given);
};
/** As if all attempts at a limit had been made. */
const useUp = (limit: typeof BY_IP, key: string) => {
  const windowEndsAt = Timestamp.fromMillis(Date.now() + 100_000);
  const document = { limit: limit.name, count: limit.max, windowEndsAt, expiresAt: windowEndsAt };
  return attemptRef(store.firestore, limit.name, key).set(document);
};
/** The path of an API key that is no good any more. */
async function revokedKey({ token = '' }: Given): Promise<string> {
  const created = await ask<{ apiKey: { id: string } }>('api-keys', {
    token,
    body: { name: 'x', scopes: ['generate'] },
  });
  const key = `api-keys/${created.body.apiKey.id}`;
  expect((await ask(key, { token, method: 'DELETE' })).status).toBe(204);
  return `/api/api/v1/${key}`;
}
const isGenerate = ({ bodySchema }: Operation) => bodySchema === 'GenerateRequest';

/** How a status comes about on any route. */
const ANYWHERE: Record<number, Provoke> = {
  400: (given) =>
    given.operation.hasBody
      ? send(given, { body: { nonsense: true } })
      : send(given, { path: `${requestFor(given.operation, 'x').path}?limit=nonsense&from=nonsense` }),
  401: ({ operation, user }) => send({ operation, user, token: undefined }),
  403: async (given) => {
    const kinds = Object.keys(given.operation.security ?? {});
    const other = Object.keys(VALID).find((kind) => !kinds.includes(kind) && kind !== 'apiKey') ?? '';
    // Where every kind is taken, it is a matter of what the credential may do.
    const token = await VALID[other || 'accessToken']?.(other ? given.user : await seenUser());
    return send({ ...given, token });
  },
  404: (given) => send(given, { path: requestFor(given.operation, 'nobody').path }),
  409: async (given) => {
    const headers = { 'Idempotency-Key': newEmail() };
    expect((await send(given, { headers })).status).toBe(200);
    return send(given, { headers, body: prompt(given.operation, 'and another') });
  },
  413: (given) =>
    send(given, { body: Buffer.alloc((isGenerate(given.operation) ? 25 : 1) * 1024 * 1024 + 1, ' ') }),
  415: (given) => send(given, { body: '{}', headers: { 'Content-Type': 'text/plain' } }),
  422: (given) => limited(given, { tokens: { capacity: 10, refillPerSecond: 1 } }),
  402: async (given) => {
    const body = { ...prompt(given.operation, '[[sandbox: tokens=1000]]'), maxTokens: 1000 };
    const { cost } = (await send(given, { body })).body as { cost: { usd: string } };
    // Enough for the request by itself, not for what was spent before it as well.
    const nanoUsd = Math.ceil(1.5 * nanoFromUsd(cost.usd));
    await setAccess(store, given.user.uid, { overrides: { budgets: [{ period: 'day', nanoUsd }] } });
    return send(given, { body });
  },
  429: async (given) => {
    if (given.operation.security !== undefined)
      return limited(given, { requestsPerMinute: 1 }).then(() => send(given));
    const ip = newIp();
    await useUp(BY_IP, ip);
    return send(given, { headers: from(ip) });
  },
  502: (given) => send(given, { body: prompt(given.operation, '[[sandbox: fault=server_error]]') }),
  503: (given) => send(given, { url: cutOff.url }),
  504: (given) =>
    send(given, { url: impatient.url, body: prompt(given.operation, '[[sandbox: fault=hang]]') }),
};

/** How it comes about on one route, where that is special. */
const ON: Record<string, Record<number, Provoke>> = {
  'POST /api/v1/auth/register': {
    409: async (given) => send(given, { body: { email: given.user.email, password: PASSWORD } }),
  },
  'POST /api/v1/auth/login': {
    401: (given) => send(given, { body: { email: newEmail(), password: PASSWORD } }),
  },
  'POST /api/v1/auth/refresh': {
    401: (given) => send(given, { body: { refreshToken: 'garbage' } }),
  },
  'POST /api/v1/auth/verify-email': {
    400: async (given) => {
      const { idToken } = await identity<{ idToken: string }>('accounts:signUp', { returnSecureToken: true });
      return send({ ...given, token: idToken });
    },
    409: async (given) => {
      const { email, password, accessToken } = await signUp();
      await identity('accounts:sendOobCode', { requestType: 'VERIFY_EMAIL', idToken: accessToken });
      const [mail] = await sentMails(email);
      await identity('accounts:update', { oobCode: mail?.oobCode });
      return send({ ...given, token: (await signIn(email, password)).accessToken });
    },
    429: async (given) => {
      await useUp(MAIL_BY_ADDRESS, given.user.email);
      return send(given);
    },
  },
  'PATCH /api/v1/api-keys/{keyId}': {
    409: async (given) => send(given, { path: await revokedKey(given), body: { name: 'another' } }),
  },
  'POST /api/v1/api-keys/{keyId}/rotate': {
    409: async (given) => send(given, { path: `${await revokedKey(given)}/rotate`, body: {} }),
  },
  'POST /api/v1/auth/change-password': {
    429: async (given) => {
      await useUp(PASSWORD_BY_ADDRESS, given.user.email);
      return send(given, { body: { currentPassword: PASSWORD, newPassword: 'battery staple 9' } });
    },
  },
};
Object.assign(
  ON,
  provokeFiles<Given>(send),
  provokeVideos<Given>(send, () => impatient.url),
  provokeImages<Given>(send, () => impatient),
);

/** What only a race can bring about, and nobody can bring about a race. */
const RACES = ['DELETE /api/v1/api-keys/{keyId} 409'];

const codeOf = (status: number) =>
  Object.entries(ERRORS).find(([, error]) => error.status === status)?.[0] as ErrorCode;

const PROMISED = OPERATIONS.flatMap((operation) =>
  operation.errors.map((status) => [operation.name, status, operation] as const),
).filter(([name, status]) => !RACES.includes(`${name} ${status}`));

it.concurrent.each(PROMISED)('%s answers %i', async (name, status, operation) => {
  const provoke = ON[name]?.[status] ?? ANYWHERE[status];
  if (!provoke) throw new Error(`Nothing here provokes ${status} on ${name}`);
  const answer = await provoke(await given(operation));
  expectError(answer, status, codeOf(status));
  expect(answer.headers.get('content-type')).toContain('application/json');
  expect(answer.headers.get('cache-control')).toBe('no-store');
  if (status === 429 || status === 503) expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
});

describe.each(
  OPERATIONS.filter(({ path }) => path.includes('{')).map(
    (operation) => [operation.name, operation] as const,
  ),
)('%s', (_, operation) => {
  it.each(['a%2Fb', '..%2F..%2Fusers', '__id__', '%2e', '%00', '%F0%9F%8C%8A', 'x'.repeat(1500)])(
    'knows nothing of the name %s',
    async (name) => {
      const answer = await send(await given(operation), {
        path: operation.path.replaceAll(/\{\w+\}/g, name),
      });
      expect({ status: answer.status, text: answer.text }).toMatchObject({
        status: expect.toSatisfy((status: number) => status === 400 || status === 404),
      });
    },
  );
});
