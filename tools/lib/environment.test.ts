import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'firegate-env-'));
vi.stubEnv('FIREGATE_STATE_DIR', folder);
vi.stubEnv('FIREGATE_ENV_FILES', 'none');
vi.stubEnv('CLIENT_TOKEN_SECRET', '');
const { functionsEnvironment, sandboxedProviders } = await import('./environment.ts');

afterEach(() => void vi.stubEnv('CLIENT_TOKEN_SECRET', ''));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const backends = { firestore: '127.0.0.1:1', auth: '127.0.0.1:2', sandbox: 'http://127.0.0.1:3' };
const url = 'http://127.0.0.1:4';

describe('the sandbox stands in for a provider', () => {
  it.each<[Record<string, string>, string[]]>([
    [{}, ['openai', 'anthropic', 'gemini']],
    [{ OPENAI_API_KEY: 'sk-1' }, ['anthropic', 'gemini']],
    [{ ANTHROPIC_BASE_URL: 'https://example.com' }, ['openai', 'gemini']],
    [{ OPENAI_API_KEY: '  ' }, ['openai', 'anthropic', 'gemini']],
    [{ OPENAI_API_KEY: 'sk-1', ANTHROPIC_API_KEY: 'sk-2', GEMINI_API_KEY: 'AIza' }, []],
  ])('with %j: %j', (env, providers) => {
    expect(sandboxedProviders(env)).toEqual(providers);
  });
});

describe('the functions’ environment', () => {
  it('names the emulators, the sandbox and the functions’ own URL', () => {
    expect(functionsEnvironment(backends, url)).toMatchObject({
      GCLOUD_PROJECT: 'demo-firegate',
      FUNCTIONS_EMULATOR: 'true',
      FIRESTORE_EMULATOR_HOST: '127.0.0.1:1',
      FIREBASE_AUTH_EMULATOR_HOST: '127.0.0.1:2',
      FIREGATE_SANDBOX_URL: 'http://127.0.0.1:3',
      FIREGATE_FUNCTIONS_URL: url,
    });
    const without = functionsEnvironment({ ...backends, sandbox: undefined }, url);
    expect(without['FIREGATE_SANDBOX_URL']).toBeUndefined();
  });

  it('keeps one secret of its own, long enough to sign with', () => {
    const secret = functionsEnvironment(backends, url)['CLIENT_TOKEN_SECRET'] ?? '';
    expect(Buffer.byteLength(secret)).toBeGreaterThanOrEqual(32);
    expect(functionsEnvironment(backends, url)['CLIENT_TOKEN_SECRET']).toBe(secret);
  });

  it('takes the user’s secret where there is one', () => {
    vi.stubEnv('CLIENT_TOKEN_SECRET', 'my own');
    expect(functionsEnvironment(backends, url)['CLIENT_TOKEN_SECRET']).toBe('my own');
  });
});
