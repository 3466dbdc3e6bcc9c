import { beforeAll, describe, expect, it } from 'vitest';
import { CALLS } from '../../src/http/routes/gateway/index.ts';
import { BAD, createKey, VALID } from '../auth/matrix/credentials.ts';
import { api, getClientToken, type RequestOptions, send } from '../harness/request.ts';
import { signUp, type TestUser } from '../harness/users.ts';

// What the matrix over the OpenAPI document does for its routes, for those in the providers' wire formats.

const BODIES: Record<string, object> = {
  '/v1/chat/completions': { model: 'gpt-4.1-mini', messages: [{ role: 'user', content: 'Hi' }] },
  '/v1/responses': { model: 'gpt-4.1-mini', input: 'Hi' },
  '/v1/embeddings': { model: 'text-embedding-3-small', input: 'Hi' },
  '/v1/images/generations': { model: 'gpt-image-2.5-flare', prompt: 'Hi', size: '1024x1024', quality: 'low' },
  '/v1/moderations': { input: 'Hi' },
  '/v1/messages': { model: 'claude-haiku-4-5', max_tokens: 9, messages: [{ role: 'user', content: 'Hi' }] },
  '/v1/messages/count_tokens': { model: 'claude-haiku-4-5', messages: [{ role: 'user', content: 'Hi' }] },
};
const ROUTES: [string, string, RequestOptions][] = [
  ...Object.entries(CALLS).map(([path, { scope }]): [string, string, RequestOptions] => [
    `POST ${path}`,
    scope,
    { body: BODIES[path] },
  ]),
  ['GET /v1/models', 'models:read', {}],
  ['GET /v1/models/gpt-4o', 'models:read', {}],
];
const KINDS = ['accessToken', 'clientToken', 'apiKey'];

let user: TestUser;
/** Kind -> a good credential of the user's, and those that are good for nothing, by what is wrong with them. */
const good: Record<string, string> = {};
const bad: Record<string, string> = { 'of no kind': 'garbage' };
/** Scope -> a key with that scope alone. */
const keys: Record<string, string> = {};
/** Kind -> a good credential of a user who has signed out. */
const ended: Record<string, string> = {};
beforeAll(async () => {
  user = await signUp();
  await api('auth/me', { token: user.accessToken });
  const gone = await signUp();
  await api('auth/me', { token: gone.accessToken });
  for (const kind of KINDS) {
    good[kind] = (await VALID[kind]?.(user)) ?? '';
    ended[kind] = (await VALID[kind]?.(gone)) ?? '';
    for (const [why, token] of Object.entries((await BAD[kind]?.(user)) ?? {})) bad[`${kind} ${why}`] = token;
  }
  for (const scope of ['generate', 'images', 'models:read']) keys[scope] = await createKey(user, [scope]);
  await api('auth/logout', { token: gone.accessToken, method: 'POST' });
});

describe.each(ROUTES)('%s', (name, scope, options) => {
  const path = `/gateway${name.split(' ')[1]}`;
  const isAnthropic = path.startsWith('/gateway/v1/messages');
  const ask = (headers: Record<string, string>) => send(path, { ...options, headers });
  const bearer = (token: string) => ask({ Authorization: `Bearer ${token}` });

  async function expectRefusal(response: Response, status: number, type: string, why: string): Promise<void> {
    const body = (await response.json()) as { type?: string; error: { type: string; message: string } };
    expect({ why, status: response.status, type: body.error.type }).toEqual({ why, status, type });
    expect(body.type).toBe(isAnthropic ? 'error' : undefined);
    expect(response.headers.get('x-request-id')).toMatch(/^req_/);
  }

  it('takes each kind of credential, a key by either header', async () => {
    for (const [kind, token] of Object.entries(good)) {
      expect({ kind, status: (await bearer(token)).status }).toEqual({ kind, status: 200 });
    }
    expect((await ask({ 'X-API-Key': keys[scope] ?? '' })).status).toBe(200);
  });

  it('takes none that is missing, malformed, forged or expired', async () => {
    await expectRefusal(await ask({}), 401, 'authentication_error', 'none');
    expect(Object.keys(bad).length).toBeGreaterThan(20);
    await Promise.all(
      Object.entries(bad).map(async ([why, token]) =>
        expectRefusal(await bearer(token), 401, 'authentication_error', why),
      ),
    );
  });

  it('takes no key without the scope', async () => {
    const other = scope === 'generate' ? 'models:read' : 'generate';
    await expectRefusal(await bearer(keys[other] ?? ''), 403, 'permission_error', other);
  });

  it('takes no session that has ended; its keys go on', async () => {
    for (const kind of ['accessToken', 'clientToken']) {
      await expectRefusal(await bearer(ended[kind] ?? ''), 401, 'authentication_error', kind);
    }
    expect((await bearer(ended['apiKey'] ?? '')).status).toBe(200);
  });
});

describe('a client token', () => {
  it('allows its models and its output alone', async () => {
    const token = await getClientToken(user.accessToken, { models: ['gpt-4.1-mini'], maxOutputTokens: 50 });
    const chat = (body: object) =>
      send('/gateway/v1/chat/completions', {
        token,
        body: {
          model: 'gpt-4.1-mini',
          messages: [{ role: 'user', content: '[[sandbox: tokens=200]] Hi' }],
          ...body,
        },
      });
    expect((await chat({ model: 'gpt-4o' })).status).toBe(403);
    expect((await chat({ max_tokens: 51 })).status).toBe(403);
    expect((await chat({ max_completion_tokens: 50 })).status).toBe(200);
    const cut = (await (await chat({})).json()) as { usage: { completion_tokens: number } };
    expect(cut.usage.completion_tokens).toBe(50);
  });
});
