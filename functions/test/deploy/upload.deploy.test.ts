import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildFunctions, writeManifest } from '../../../tools/lib/build.ts';
import { type Endpoint, type Manifest, readManifest } from '../../../tools/lib/manifest.ts';
import { freePort } from '../../../tools/lib/ports.ts';
import { type Managed, sleep, startProcess, waitUntilReady } from '../../../tools/lib/process-group.ts';
import { installUpload, uploadedFiles } from './upload.ts';

let directory: string;
let manifest: Manifest;

beforeAll(async () => {
  await buildFunctions();
  directory = mkdtempSync(join(tmpdir(), 'firegate-upload-'));
  await installUpload(directory);
  const file = join(directory, 'manifest.json');
  await writeManifest(directory, file);
  manifest = readManifest(file);
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

it('uploads what runs and nothing else', async () => {
  const files = await uploadedFiles();
  expect(files).toEqual(expect.arrayContaining(['lib/index.js', 'package.json', 'package-lock.json']));
  const unexpected = files.filter(
    (file) =>
      !/^(lib\/.+\.(js|js\.map|css|html|json)|package(-lock)?\.json|\.npmrc|\.env(\.[\w-]+)?)$/.test(file),
  );
  expect(unexpected).toEqual([]);
  expect(files).not.toContain('.env.local');
  expect(files).not.toContain('.secret.local');
});

const openai = 'OPENAI_API_KEY';
const anthropic = 'ANTHROPIC_API_KEY';
const gemini = 'GEMINI_API_KEY';
const clientToken = 'CLIENT_TOKEN_SECRET';

describe('each function is deployed as intended', () => {
  const request = { memory: 512, concurrency: 80, timeout: 540, cpu: 1 };
  it.each<[string, string[], typeof request]>([
    ['api', [anthropic, clientToken, gemini, openai], { ...request, memory: 1024 }],
    ['gateway', [anthropic, clientToken, gemini, openai], request],
    ['listProviders', [clientToken], request],
    ['openaiGenerate', [clientToken, openai], request],
    ['anthropicGenerate', [anthropic, clientToken], request],
    ['geminiGenerate', [clientToken, gemini], request],
  ])('%s binds %j', (name, secrets, { memory, concurrency, timeout, cpu }) => {
    const endpoint = manifest.endpoints[name] as Endpoint;
    expect(secretsOf(endpoint)).toEqual(secrets);
    expect(endpoint).toMatchObject({
      platform: 'gcfv2',
      region: ['us-central1'],
      availableMemoryMb: memory,
      concurrency,
      timeoutSeconds: timeout,
      cpu,
      httpsTrigger: { invoker: ['public'] },
    });
  });

  it.each([
    ['sweepHolds', 'every 1 minutes'],
    ['retireKeys', 'every 60 minutes'],
    ['sweepFiles', 'every 60 minutes'],
    ['sweepVideoJobs', 'every 2 minutes'],
  ])('%s runs %s, with no secret', (name, schedule) => {
    const endpoint = manifest.endpoints[name] as Endpoint;
    expect(secretsOf(endpoint)).toEqual([]);
    expect(endpoint).toMatchObject({
      availableMemoryMb: 256,
      maxInstances: 1,
      scheduleTrigger: { schedule },
    });
  });

  it('runVideoJob has room for a video, tries again, and binds no secret', () => {
    const endpoint = manifest.endpoints['runVideoJob'] as Endpoint;
    expect(secretsOf(endpoint)).toEqual([]);
    expect(endpoint).toMatchObject({
      availableMemoryMb: 4096,
      cpu: 2,
      concurrency: 1,
      timeoutSeconds: 1020,
      taskQueueTrigger: { retryConfig: { maxAttempts: 30 }, rateLimits: { maxConcurrentDispatches: 20 } },
    });
  });

  it('runVideoGeneration waits for many videos at once, and binds the provider’s secret alone', () => {
    const endpoint = manifest.endpoints['runVideoGeneration'] as Endpoint;
    expect(secretsOf(endpoint)).toEqual([openai]);
    expect(endpoint).toMatchObject({ availableMemoryMb: 512, concurrency: 40, timeoutSeconds: 1020 });
  });

  it('and there are no others', () => {
    const names = [
      'api',
      'gateway',
      'listProviders',
      'openaiGenerate',
      'anthropicGenerate',
      'geminiGenerate',
      'sweepHolds',
      'retireKeys',
      'sweepFiles',
      'runVideoJob',
      'runVideoGeneration',
      'sweepVideoJobs',
    ];
    expect(Object.keys(manifest.endpoints).sort()).toEqual(names.sort());
  });

  it('declares each secret as a parameter, so that the CLI asks for it', () => {
    const declared = manifest.params?.filter(({ type }) => type === 'secret').map(({ name }) => name);
    expect(declared?.sort()).toEqual([anthropic, clientToken, gemini, openai]);
  });
});

function secretsOf(endpoint: Endpoint): string[] {
  return (endpoint.secretEnvironmentVariables ?? []).map(({ key }) => key).sort();
}

describe('the installed upload, as Cloud Run starts it', () => {
  const cloud = {
    K_SERVICE: 'api',
    FUNCTION_TARGET: 'api',
    FUNCTION_SIGNATURE_TYPE: 'http',
    GCLOUD_PROJECT: 'demo-firegate',
    CLIENT_TOKEN_SECRET: 'x'.repeat(48),
    OPENAI_API_KEY: 'set',
    ANTHROPIC_API_KEY: 'set',
    GEMINI_API_KEY: 'set',
    WEB_API_KEY: 'set',
    METADATA_SERVER_DETECTION: 'none',
  };

  async function boot(env: Record<string, string>): Promise<{ instance: Managed; url: string }> {
    const port = await freePort();
    const framework = join(directory, 'node_modules/@google-cloud/functions-framework/build/src/main.js');
    const instance = startProcess('the functions framework', process.execPath, [framework], {
      cwd: directory,
      // Nothing of this machine's environment: what a function needs, its configuration must bring.
      env: { PATH: process.env['PATH'], NODE_ENV: 'production', PORT: String(port), ...env },
    });
    return { instance, url: `http://127.0.0.1:${port}` };
  }

  it('answers', async () => {
    const { instance, url } = await boot(cloud);
    try {
      const health = () => fetch(`${url}/api/health`).then((response) => response.ok);
      await waitUntilReady(instance, health, 30_000);
      expect((await fetch(`${url}/api/docs`)).status).toBe(200);
    } finally {
      await instance.stop();
    }
  });

  it.each([
    ['the sandbox', { FIREGATE_SANDBOX_URL: 'http://127.0.0.1:4010' }, /never uses the sandbox/],
    ['a missing secret', { CLIENT_TOKEN_SECRET: '' }, /CLIENT_TOKEN_SECRET is not set/],
    [
      'video jobs without ffmpeg',
      { FUNCTION_TARGET: 'runVideoJob', K_SERVICE: 'runVideoJob', PATH: '/nowhere' },
      /need ffmpeg and ffprobe/,
    ],
  ])('refuses to start with %s', async (_what, env, message) => {
    const { instance } = await boot({ ...cloud, ...env });
    try {
      const { code } = await instance.exited;
      await Promise.race([instance.closed, sleep(1_000)]);
      expect(code).not.toBe(0);
      expect(instance.tail()).toMatch(message);
    } finally {
      await instance.stop(0);
    }
  });
});
