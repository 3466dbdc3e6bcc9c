import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../../tools/lib/ports.ts';
import { type ServeProcess, startServe } from '../../../tools/lib/serve-process.ts';
import { expectError, from, newEmail, seenUser } from '../auth/support.ts';
import { type Answer, api, call, getClientToken } from '../harness/request.ts';
import { stack } from '../harness/stack.ts';
import { signUp } from '../harness/users.ts';
import { modelOf, newCaller } from '../llm/support.ts';

const directory = mkdtempSync(join(tmpdir(), 'firegate-trouble-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** An instance whose output is kept. */
async function instance(name: string, env: Record<string, string> = {}) {
  const logFile = join(directory, `${name}.log`);
  const serve = await startServe({ ...stack().env, ...env }, { logFile });
  return { serve, url: serve.url, readLog: () => readFileSync(logFile, 'utf8') };
}

const PASSWORD = 'a password that is in no log';
const PROMPT = 'a prompt that is in no log';
const ANSWER = 'an answer that is in no log';

describe('the log of an instance', () => {
  let serve: ServeProcess | undefined;
  afterAll(() => serve?.stop());

  it('has a line for each request, and no prompt, answer, password or credential', async () => {
    const { url, readLog, ...rest } = await instance('log');
    serve = rest.serve;
    const email = newEmail();
    const registered = await api<{ accessToken: string; refreshToken: string }>('auth/register', {
      body: { email, password: PASSWORD },
      headers: from(),
      url,
    });
    const { accessToken, refreshToken } = registered.body;
    const clientToken = await getClientToken(accessToken);
    const body = {
      model: modelOf('openai'),
      prompt: `${PROMPT} [[sandbox: text="${ANSWER}"]]`,
      maxTokens: 50,
    };
    const answers: Answer[] = [
      registered,
      await api('auth/login', { body: { email, password: PASSWORD }, headers: from(), url }),
      await api('auth/login', { body: { email, password: `${PASSWORD}!` }, headers: from(), url }),
      await api('auth/register', {
        body: { email, password: PASSWORD, nonsense: PROMPT },
        headers: from(),
        url,
      }),
      await api('auth/refresh', { body: { refreshToken }, headers: from(), url }),
      await api('auth/refresh', { body: { refreshToken: `${refreshToken}x` }, headers: from(), url }),
      await api('auth/me', { token: `${accessToken}x`, url }),
      await api('llm/generate', { token: accessToken, body, url }),
      await call('/openaiGenerate', { token: clientToken, body, url }),
      await call('/openaiGenerate', { token: clientToken, body: { ...body, stream: true }, url }),
      await call('/openaiGenerate', { token: clientToken, body: `{"prompt":"${PROMPT}`, url }),
      await call(`/listProviders?token=${clientToken}`, { token: clientToken, url }),
    ];
    for (const fault of ['server_error', 'cut', 'malformed', 'status status=400']) {
      const faulty = { ...body, prompt: `${PROMPT} [[sandbox: fault=${fault}]]` };
      answers.push(await call('/openaiGenerate', { token: clientToken, body: faulty, url }));
      answers.push(
        await call('/openaiGenerate', { token: clientToken, body: { ...faulty, stream: true }, url }),
      );
    }

    // The log comes through a pipe.
    const last = answers.at(-1)?.headers.get('x-request-id') ?? '';
    for (let tries = 0; tries < 100 && !readLog().includes(last); tries += 1) await sleep(50);
    const log = readLog();
    for (const { headers, status } of answers) {
      const requestId = headers.get('x-request-id') ?? 'none';
      const [line = ''] = log
        .split('\n')
        .filter((each) => each.includes(requestId) && each.includes('httpRequest'));
      expect(line).toContain(`"status":${status}`);
      expect(JSON.parse(line)).toMatchObject({ severity: expect.any(String), requestId });
    }
    for (const secret of [PASSWORD, PROMPT, ANSWER, email, stack().clientTokenSecret]) {
      expect(log).not.toContain(secret);
    }
    for (const token of [accessToken, clientToken, refreshToken]) {
      // Neither the payload nor the signature of any.
      for (const part of token.split('.').filter((each) => each.length > 20)) expect(log).not.toContain(part);
    }
  });
});

describe('without the database', () => {
  let cutOff: Awaited<ReturnType<typeof instance>>;
  beforeAll(async () => {
    const port = await freePort();
    cutOff = await instance('database', { FIRESTORE_EMULATOR_HOST: `127.0.0.1:${port}` });
  });
  afterAll(() => cutOff.serve.stop());

  it('every route that needs it is a 503 in our shape, soon', async () => {
    const { url, readLog } = cutOff;
    const caller = await newCaller();
    const body = { model: modelOf('openai'), prompt: PROMPT, maxTokens: 50 };
    const startedAt = performance.now();
    const answers = await Promise.all([
      api('auth/login', { body: { email: caller.email, password: PASSWORD }, headers: from(), url }),
      api('auth/register', { body: { email: newEmail(), password: PASSWORD }, headers: from(), url }),
      api('auth/reset-password', { body: { email: caller.email }, headers: from(), url }),
      api('auth/me', { token: caller.accessToken, url }),
      api('auth/client-token', { token: caller.accessToken, body: {}, url }),
      api('auth/logout', { token: caller.accessToken, method: 'POST', url }),
      api('llm/generate', { token: caller.accessToken, body, url }),
      call('/openaiGenerate', { token: caller.clientToken, body, url }),
      call('/openaiGenerate', { token: caller.clientToken, body: { ...body, stream: true }, url }),
      call('/listProviders', { token: caller.clientToken, url }),
    ]);
    expect(performance.now() - startedAt).toBeLessThan(20_000);
    for (const answer of answers) {
      const error = expectError(answer, 503, 'unavailable');
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(JSON.stringify(error)).not.toMatch(/ECONN|127\.0\.0\.1|grpc|at |firestore/i);
    }
    expect(readLog()).not.toContain(PROMPT);
  }, 40_000);

  it('what needs none works', async () => {
    expect((await call('/api/api/health', { url: cutOff.url })).status).toBe(200);
    expect((await call('/api/api/openapi.json', { url: cutOff.url })).status).toBe(200);
    expectError(await call('/listProviders', { token: 'garbage', url: cutOff.url }), 401, 'unauthenticated');
  });
});

describe('without the identity service', () => {
  let cutOff: Awaited<ReturnType<typeof instance>>;
  beforeAll(async () => {
    const port = await freePort();
    cutOff = await instance('identity', { FIREBASE_AUTH_EMULATOR_HOST: `127.0.0.1:${port}` });
  });
  afterAll(() => cutOff.serve.stop());

  it('signing in is a 503 in our shape', async () => {
    const { url } = cutOff;
    const { email, password, refreshToken } = await signUp();
    const answers = await Promise.all([
      api('auth/login', { body: { email, password }, headers: from(), url }),
      api('auth/register', { body: { email: newEmail(), password }, headers: from(), url }),
      api('auth/refresh', { body: { refreshToken }, headers: from(), url }),
      api('auth/reset-password', { body: { email }, headers: from(), url }),
      api('auth/reset-password-confirm', {
        body: { oobCode: 'x', newPassword: password },
        headers: from(),
        url,
      }),
      api('auth/verify-email-confirm', { body: { oobCode: 'x' }, headers: from(), url }),
    ]);
    for (const answer of answers) {
      expectError(answer, 503, 'unavailable');
      expect(answer.headers.get('retry-after')).toBe('5');
      expect(answer.text).not.toMatch(/ECONN|127\.0\.0\.1|fetch/);
    }
  });

  it('a client token still opens the proxies: verifying one asks nobody', async () => {
    const user = await seenUser();
    const clientToken = await getClientToken(user.accessToken);
    const body = { model: modelOf('openai'), prompt: 'Hello', maxTokens: 50 };
    expect((await call('/listProviders', { token: clientToken, url: cutOff.url })).status).toBe(200);
    expect((await call('/openaiGenerate', { token: clientToken, body, url: cutOff.url })).status).toBe(200);
  });
});

it('an instance with a bad configuration does not start, and says all that is wrong', async () => {
  const starting = startServe(
    { ...stack().env, CLIENT_TOKEN_SECRET: 'short', REQUEST_DEADLINE_SECONDS: '9999', CORS_ORIGINS: '*' },
    { logFile: join(directory, 'config.log') },
  );
  const failed = await starting.then(
    async (serve) => {
      await serve.stop();
      return '';
    },
    (error: unknown) => String(error),
  );
  expect(failed).toContain('CLIENT_TOKEN_SECRET: each secret needs at least 32 bytes.');
  expect(failed).toContain('REQUEST_DEADLINE_SECONDS');
  expect(failed).toContain('CORS_ORIGINS');
});
