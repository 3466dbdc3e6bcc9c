import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import type { Manifest } from '../lib/manifest.ts';
import { type FirebaseJson, readFirebaseJson } from '../lib/project.ts';
import { paramsFile, secretsFile, stagedConfig } from './stage-project.ts';

/** The CLI's own reader. */
const { parseStrict } = createRequire(import.meta.url)('firebase-tools/lib/functions/env') as {
  parseStrict(text: string): Record<string, string>;
};

const manifest: Manifest = {
  endpoints: {
    api: {
      entryPoint: 'api',
      platform: 'gcfv2',
      secretEnvironmentVariables: [{ key: 'OPENAI_API_KEY' }, { key: 'CLIENT_TOKEN_SECRET' }],
    },
    openaiGenerate: {
      entryPoint: 'openaiGenerate',
      platform: 'gcfv2',
      secretEnvironmentVariables: [{ key: 'OPENAI_API_KEY' }],
    },
  },
  params: [
    { name: 'CORS_ORIGINS', type: 'string', default: '' },
    { name: 'DEADLINE', type: 'int', default: 300 },
    { name: 'OPENAI_API_KEY', type: 'secret' },
  ],
};

describe('the files that the functions emulator reads', () => {
  it('give each secret a value, a blank one where there is none: the emulator would ask Secret Manager', () => {
    const secrets = parseStrict(secretsFile(manifest, { CLIENT_TOKEN_SECRET: 'a"b\\c' }));
    expect(secrets).toEqual({ CLIENT_TOKEN_SECRET: 'a"b\\c', OPENAI_API_KEY: ' ' });
  });

  it('give each parameter a value: the environment’s, else the default', () => {
    const params = parseStrict(paramsFile(manifest, { CORS_ORIGINS: 'https://a.example' }));
    expect(params).toEqual({ CORS_ORIGINS: 'https://a.example', DEADLINE: '300' });
  });
});

describe('the staged firebase.json', () => {
  const original = readFirebaseJson();
  const staged = stagedConfig(original, [1, 2, 3, 4]) as unknown as FirebaseJson;
  const headers = Object.fromEntries(
    (staged.hosting.headers?.[0]?.headers ?? []).map(({ key, value }) => [key, value]),
  );

  it('adds the emulators to the policy, and nothing else', () => {
    const production = original.hosting.headers?.[0]?.headers[0]?.value ?? '';
    const functions = `http://127.0.0.1:${original.emulators.functions.port}`;
    const auth = `http://127.0.0.1:${original.emulators.auth.port}`;
    const storage = `http://127.0.0.1:${original.emulators.storage.port}`;
    const policy = headers['Content-Security-Policy'] ?? '';
    expect(policy).toContain(`connect-src ${functions} ${auth} ${storage} 'self'`);
    expect(policy).toContain(`frame-src ${auth} 'self'`);
    const bare = [functions, auth, storage].reduce((rest, url) => rest.replaceAll(`${url} `, ''), policy);
    expect(bare).toBe(production);
  });

  it('does not make a browser use HTTPS on 127.0.0.1', () => {
    expect(headers).not.toHaveProperty('Strict-Transport-Security');
    expect(headers).toHaveProperty('X-Content-Type-Options');
  });

  it('keeps ports and rewrites', () => {
    expect(staged.emulators.hosting).toEqual(original.emulators.hosting);
    expect(staged.hosting['rewrites']).toEqual(original.hosting['rewrites']);
  });
});
