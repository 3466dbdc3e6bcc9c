import { beforeAll, describe, expect, it } from 'vitest';
import { SCOPE_NAMES } from '../../../src/domain/scopes.ts';
import { setAccess } from '../../../src/services/set-access.ts';
import { type Answer, call } from '../../harness/request.ts';
import type { TestUser } from '../../harness/users.ts';
import { ask, expectError, from, openStore, seenUser, signUpAdmin } from '../support.ts';
import { BAD, createKey, VALID } from './credentials.ts';
import { OPERATIONS, type Operation, requestFor } from './operations.ts';

// Runs over every route of the OpenAPI document: a new route is covered as soon as it is in there.

/** The routes that anybody may call; a further one is a decision. */
const PUBLIC = [
  'GET /api/health',
  'GET /api/v1/client-config',
  'POST /api/v1/auth/register',
  'POST /api/v1/auth/login',
  'POST /api/v1/auth/refresh',
  'POST /api/v1/auth/reset-password',
  'POST /api/v1/auth/reset-password-confirm',
  'POST /api/v1/auth/verify-email-confirm',
];
const PROTECTED = OPERATIONS.filter(({ security }) => security !== undefined);
const KINDS = [...new Set(PROTECTED.flatMap(({ security }) => Object.keys(security ?? {})))];

/** Kind -> what to send -> why it is no good. */
type Credentials = Record<string, Record<string, string>>;

let user: TestUser;
const bad: Credentials = {};
const other: Record<string, string> = {};
/** Good credentials of users who may not come in any more. */
const barred: Credentials = {};

const send = (operation: Operation, headers: Record<string, string>, uid = user.uid): Promise<Answer> => {
  const { path, options } = requestFor(operation, uid);
  return call(path, { ...options, headers: { ...from(), ...headers } });
};
const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });

beforeAll(async () => {
  const store = openStore();
  user = await seenUser();
  for (const kind of KINDS) {
    bad[kind] = (await BAD[kind]?.(user)) ?? {};
    other[kind] = (await VALID[kind]?.(user)) ?? '';
  }
  const admin = await signUpAdmin();
  const body = { isActive: false };
  /** Those that end sessions say nothing of API keys, which are nobody's session. */
  const bars: { why: string; endsSessionsAlone?: true; bar: (whom: TestUser) => Promise<unknown> }[] = [
    { why: 'of a disabled user', bar: ({ uid }) => setAccess(store, uid, { isActive: false }) },
    {
      why: 'of a user whom an administrator disabled',
      bar: ({ uid }) => ask(`admin/users/${uid}`, { token: admin.accessToken, method: 'PATCH', body }),
    },
    {
      why: 'of a session that was ended',
      endsSessionsAlone: true,
      bar: ({ uid }) => setAccess(store, uid, { validSince: Math.floor(Date.now() / 1000) + 60 }),
    },
    {
      why: 'of a user who signed out',
      endsSessionsAlone: true,
      bar: ({ accessToken }) => ask('auth/logout', { token: accessToken, method: 'POST' }),
    },
  ];
  await Promise.all(
    bars.map(async ({ why, endsSessionsAlone, bar }) => {
      const whom = await seenUser();
      for (const kind of KINDS.filter((each) => each !== 'apiKey' || !endsSessionsAlone)) {
        const credential = (await VALID[kind]?.(whom)) ?? '';
        barred[kind] = { ...barred[kind], [why]: credential };
      }
      await bar(whom);
    }),
  );
});

it('lists as public what is meant to be, and nothing else', () => {
  const listed = OPERATIONS.filter(({ security }) => security === undefined).map(({ name }) => name);
  expect(listed.sort()).toEqual([...PUBLIC].sort());
});

it('knows every kind of credential', () => {
  for (const kind of KINDS) {
    expect(Object.keys(VALID)).toContain(kind);
    expect(Object.keys(bad[kind] ?? {}).length).toBeGreaterThan(0);
  }
});

describe.each(PROTECTED.map((operation) => [operation.name, operation] as const))('%s', (_, operation) => {
  const security = operation.security ?? {};
  const kinds = Object.keys(security);

  const expectRefused = (answer: Answer, why: string) => {
    expect({ why, status: answer.status }).toEqual({ why, status: 401 });
    expectError(answer, 401, 'unauthenticated');
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  };

  it('documents its 401 and its 403', () => {
    expect(operation.errors).toEqual(expect.arrayContaining([401, 403]));
  });

  it('takes none but a well-formed credential', async () => {
    const headers: Record<string, Record<string, string>> = {
      'no credential': {},
      'an empty header': { Authorization: '' },
      'no scheme': { Authorization: user.accessToken },
      'no token': { Authorization: 'Bearer ' },
      'another scheme': { Authorization: `Basic ${Buffer.from('a:b').toString('base64')}` },
      'two tokens': { Authorization: `Bearer ${user.accessToken} ${user.accessToken}` },
      garbage: bearer('garbage'),
      'garbage for a key': { 'X-API-Key': 'garbage' },
      'half a token': bearer('e30.e30'),
      'an empty token': bearer('e30.e30.'),
      'an endless token': bearer('x'.repeat(6000)),
    };
    await Promise.all(
      Object.entries(headers).map(async ([why, sent]) => expectRefused(await send(operation, sent), why)),
    );
  });

  it.each(kinds)('takes no %s that is expired or forged', async (kind) => {
    await Promise.all(
      Object.entries(bad[kind] ?? {}).map(async ([why, token]) =>
        expectRefused(await send(operation, bearer(token)), why),
      ),
    );
  });

  it.each(kinds)('takes no good %s of a user who is disabled or has signed out', async (kind) => {
    const cases = Object.entries(barred[kind] ?? {});
    expect(cases).toHaveLength(kind === 'apiKey' ? 2 : 4);
    await Promise.all(
      cases.map(async ([why, token]) => expectRefused(await send(operation, bearer(token)), why)),
    );
  });

  it('refuses a good credential of another kind with 403', async () => {
    for (const kind of KINDS.filter((each) => !kinds.includes(each))) {
      const answer = await send(operation, bearer(other[kind] ?? ''));
      expect({ kind, status: answer.status }).toEqual({ kind, status: 403 });
      expectError(answer, 403, 'forbidden');
    }
  });

  it.each(Object.entries(security).filter(([kind, needed]) => kind !== 'apiKey' && needed.length > 0))(
    'refuses an %s without the claim %s with 403',
    async (kind) => {
      expectError(await send(operation, bearer(other[kind] ?? '')), 403, 'forbidden');
    },
  );

  it.each(security['apiKey'] ?? [])('refuses an API key without the scope %s with 403', async (scope) => {
    const key = await createKey(
      user,
      SCOPE_NAMES.filter((each) => each !== scope),
    );
    expectError(await send(operation, bearer(key)), 403, 'forbidden');
    expectError(await send(operation, { 'X-API-Key': key }), 403, 'forbidden');
  });

  // Also tells that none of the refusals above was due to anything but the credential.
  it.each(kinds)('takes a good %s', async (kind) => {
    const needed = security[kind] ?? [];
    // A user of its own: the route may end sessions.
    const whom = kind === 'accessToken' && needed.includes('admin') ? await signUpAdmin() : await seenUser();
    if (needed.includes('admin')) await ask('auth/me', { token: whom.accessToken });
    const token = kind === 'apiKey' ? await createKey(whom, needed) : ((await VALID[kind]?.(whom)) ?? '');
    const { status, text } = await send(operation, bearer(token), whom.uid);
    if (kind === 'apiKey') {
      expect((await send(operation, { 'X-API-Key': token }, whom.uid)).status).toBe(status);
    }
    expect({ text, isRefused: [401, 403].includes(status) || status >= 500 }).toEqual({
      text,
      isRefused: false,
    });
  });
});
