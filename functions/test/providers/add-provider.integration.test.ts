import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeManifest } from '../../../tools/lib/build.ts';
import { type Manifest, readManifest } from '../../../tools/lib/manifest.ts';
import { functionsDir, root } from '../../../tools/lib/paths.ts';
import { type Managed, startProcess, waitUntilReady } from '../../../tools/lib/process-group.ts';
import { type Caller, newCaller, requestIdOf, upstreamOf, usageOf } from '../gateway/support.ts';
import { api, call, getClientToken, readEvents, send } from '../harness/request.ts';
import { stack } from '../harness/stack.ts';

// A provider that nobody has heard of, added to a copy of the functions as docs/providers.md says: data alone. The copy is
// compiled, built, declared and served, and reaches the sandbox.

const ACME = `
  acme: {
    name: 'Acme',
    baseUrl: 'https://api.acme.example/v1',
    ownModels: true,
    chat: { maximum: 'max_tokens', unknown: new Set(['service_tier', 'stream_options']) },
  },
`;
const MODELS = [
  {
    id: 'large-1',
    name: 'Acme Large',
    contextWindow: 100_000,
    maxOutputTokens: 8_192,
    capabilities: ['tools'],
  },
  { id: 'openai/open-2', contextWindow: 100_000, maxOutputTokens: 8_192 },
];
const ENV = {
  ACME_MODELS: JSON.stringify(MODELS),
  OLLAMA_MODELS: JSON.stringify([
    { id: 'llama3.3', contextWindow: 131_072, maxOutputTokens: 8_192 },
    { id: 'nomic-embed-text', contextWindow: 8_192, maxOutputTokens: 0, capabilities: ['embeddings'] },
  ]),
  // USD per million tokens.
  PRICE_OVERRIDES: JSON.stringify({ 'acme/large-1': { input: '2', cachedInput: '0.5', output: '8' } }),
};

/** Compilers, on a machine that may have more to do. */
const SLOW = { timeout: 120_000 };

let directory: string;
let manifest: Manifest;
let running: { instance: Managed; url: string } | undefined;
let caller: Caller;
let clientToken: string;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'firegate-acme-'));
  const functions = join(directory, 'functions');
  for (const name of ['src', 'build.mjs', 'package.json']) {
    cpSync(join(functionsDir, name), join(functions, name), { recursive: true });
  }
  cpSync(join(root, 'tsconfig.base.json'), join(directory, 'tsconfig.base.json'));
  writeFileSync(
    join(functions, 'tsconfig.json'),
    '{"extends":"../tsconfig.base.json","include":["src/index.ts","src/index.test-d.ts"]}',
  );
  symlinkSync(join(functionsDir, 'node_modules'), join(functions, 'node_modules'), 'junction');
  symlinkSync(join(root, 'node_modules'), join(directory, 'node_modules'), 'junction');
  edit('src/providers/compatible/dialects.ts', /(?=\} as const satisfies)/, ACME);
  edit('src/providers/enabled.ts', /(?=\] as const)/, ", 'acme', 'groq', 'ollama'");
}, 120_000);
afterAll(async () => {
  await running?.instance.stop();
  rmSync(directory, { recursive: true, force: true });
});

/** Puts a text into a file of the copy, where the pattern first matches. */
function edit(path: string, at: RegExp, text: string): void {
  const file = join(directory, 'functions', path);
  const before = readFileSync(file, 'utf8');
  const after = before.replace(at, text);
  if (after === before) throw new Error(`${path} has no ${at}`);
  writeFileSync(file, after);
}

function run(...args: string[]): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: join(directory, 'functions') }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, output: stdout + stderr });
    });
  });
}
const compile = () => run(join(root, 'node_modules/typescript/bin/tsc'), '-p', '.');

/** All HTTPS functions of the copy, in a process of its own. */
function start(env: Record<string, string>): Managed {
  const script = `
    import { createInstance } from ${JSON.stringify(join(root, 'tools/serve/framework.ts'))};
    import { httpsFunctions, readManifest } from ${JSON.stringify(join(root, 'tools/lib/manifest.ts'))};
    const server = await createInstance(process.cwd(), httpsFunctions(readManifest('manifest.json')));
    server.listen(0, '127.0.0.1', () => process.send(server.address().port));
  `;
  return startProcess('the copy', process.execPath, ['--input-type=module', '-e', script], {
    cwd: join(directory, 'functions'),
    env: {
      ...process.env,
      ...stack().env,
      GCLOUD_PROJECT: stack().projectId,
      FUNCTIONS_EMULATOR: 'true',
      METADATA_SERVER_DETECTION: 'none',
      ...env,
    },
    ipc: true,
  });
}

describe('a provider that is enabled', () => {
  it('has a function, or does not compile', SLOW, async () => {
    expect((await compile()).output).toContain('"acmeGenerate"');
    for (const id of ['acme', 'groq', 'ollama']) {
      edit(
        'src/index.ts',
        /\n(?=export const openaiGenerate)/,
        `\nexport const ${id}Generate = proxy('${id}');\n`,
      );
    }
    expect(await compile()).toEqual({ code: 0, output: '' });
  });

  it('binds its own secret, where it has one', SLOW, async () => {
    expect(await run('build.mjs')).toMatchObject({ code: 0 });
    const file = join(directory, 'functions/manifest.json');
    await writeManifest(join(directory, 'functions'), file);
    manifest = readManifest(file);
    const secretsOf = (name: string) =>
      manifest.endpoints[name]?.secretEnvironmentVariables?.map(({ key }) => key).sort();
    expect(secretsOf('acmeGenerate')).toEqual(['ACME_API_KEY', 'CLIENT_TOKEN_SECRET']);
    expect(secretsOf('groqGenerate')).toEqual(['CLIENT_TOKEN_SECRET', 'GROQ_API_KEY']);
    expect(secretsOf('ollamaGenerate')).toEqual(['CLIENT_TOKEN_SECRET']);
    expect(secretsOf('gateway')).toEqual(expect.arrayContaining(['ACME_API_KEY', 'GROQ_API_KEY']));
    const params = manifest.params?.map(({ name }) => name);
    expect(params).toEqual(expect.arrayContaining(['ACME_BASE_URL', 'ACME_MODELS', 'OLLAMA_MODELS']));
    expect(params).not.toContain('OLLAMA_API_KEY');
    expect(params).not.toContain('GROQ_MODELS');
  });

  /** As one function of the cloud, without what the launcher sets. */
  const deployed = {
    K_SERVICE: 'ollamagenerate',
    FUNCTION_TARGET: 'ollamaGenerate',
    FUNCTIONS_EMULATOR: '',
    FIREGATE_SANDBOX_URL: '',
  };

  it.each([
    ['its list of models is not set', { ...ENV, OLLAMA_MODELS: '' }, ['OLLAMA_MODELS is not set']],
    [
      'its list of models is wrong',
      { ...ENV, ACME_MODELS: '[{"id":"x"}]' },
      ['ACME_MODELS is not JSON such as'],
    ],
    ['it has no address', { ...ENV, ...deployed }, ['OLLAMA_BASE_URL is not set']],
    [
      'its secret is not set',
      { ...ENV, ...deployed, FUNCTION_TARGET: 'acmeGenerate' },
      ['ACME_API_KEY is not set'],
    ],
  ])('does not start where %s', async (_, env, problems) => {
    const instance = start(env);
    try {
      expect((await instance.exited).code).not.toBe(0);
      await instance.closed;
      const said = instance
        .tail()
        .split('\n')
        .filter((line) => line.startsWith('  - '));
      expect(said).toEqual(problems.map((problem) => expect.stringContaining(problem)));
    } finally {
      await instance.stop(0);
    }
  });
});

describe('Acme', () => {
  beforeAll(async () => {
    const instance = start(ENV);
    let port: number | undefined;
    instance.child.on('message', (message: number) => {
      port = typeof message === 'number' ? message : port;
    });
    running = { instance, url: '' };
    await waitUntilReady(instance, async () => port !== undefined, 30_000);
    running.url = `http://127.0.0.1:${port}`;
    caller = await newCaller(running.url);
    clientToken = await getClientToken(caller.user.accessToken);
  });

  const PROMPT = '[[sandbox: text="Hello" input=100 cached=40]] Hi';
  /** 60 x 2,000 + 40 x 500 nano-USD of input, and 8,000 for each token of output. */
  const costOf = (outputTokens: number) =>
    ((140_000 + outputTokens * 8_000) / 1e9).toFixed(9).replace(/0{1,7}$/, '');
  const usage = { inputTokens: 100, cachedInputTokens: 40, provider: 'acme', model: 'large-1', status: 'ok' };

  it('is listed with its models and their prices', async () => {
    const list = await call<{ providers: { id: string; models: object[] }[] }>('/listProviders', {
      token: clientToken,
      url: running?.url ?? '',
    });
    expect(list.body.providers.find(({ id }) => id === 'acme')).toMatchObject({
      name: 'Acme',
      configured: true,
      sandbox: true,
      models: [
        {
          id: 'large-1',
          name: 'Acme Large',
          capabilities: ['chat', 'streaming', 'tools'],
          pricesPerMillionTokens: { input: '2.00', cachedInput: '0.50', output: '8.00' },
        },
        { id: 'openai/open-2', name: 'openai/open-2' },
      ],
    });
    // Nobody sends a bill for it.
    expect(list.body.providers.find(({ id }) => id === 'ollama')?.models).toMatchObject([
      { id: 'llama3.3', pricesPerMillionTokens: { input: '0.00', output: '0.00' } },
      { id: 'nomic-embed-text', capabilities: ['embeddings'] },
    ]);
  });

  it('answers through its function, whole and streamed', async () => {
    const body = { model: 'large-1', prompt: PROMPT, maxTokens: 1024, temperature: 0.7 };
    const options = { token: clientToken, url: running?.url ?? '' };
    const whole = await call<{ id: string; usage: { outputTokens: number } }>('/acmeGenerate', {
      ...options,
      body,
    });
    expect(whole).toMatchObject({
      status: 200,
      body: { provider: 'acme', model: 'large-1', content: 'Hello' },
    });
    const { outputTokens } = whole.body.usage;
    expect(whole.body).toMatchObject({ usage: { inputTokens: 100 }, cost: { usd: costOf(outputTokens) } });
    const sent = await upstreamOf(whole.headers.get('x-request-id') ?? '');
    expect(sent).toMatchObject({
      path: '/v1/chat/completions',
      body: { max_tokens: 1024, model: 'large-1' },
    });
    expect(sent.body).not.toHaveProperty('max_completion_tokens');

    const stream = await send('/acmeGenerate', { ...options, body: { ...body, stream: true } });
    const events = await readEvents(stream);
    expect(events.at(-1)).toMatchObject({ event: 'done', data: { cost: { usd: expect.any(String) } } });
    const streamed = await upstreamOf(requestIdOf(stream));
    expect(streamed.body).not.toHaveProperty('stream_options');
    expect(await usageOf(caller.user, requestIdOf(stream))).toMatchObject({
      route: 'acmeGenerate',
      model: 'large-1',
    });
  });

  it('answers through llm/generate', async () => {
    const answer = await api<{ cost: { usd: string } }>('llm/generate', {
      token: caller.user.accessToken,
      url: running?.url ?? '',
      body: { model: 'acme/large-1', prompt: PROMPT },
    });
    expect(answer).toMatchObject({ status: 200, body: { provider: 'acme', content: 'Hello' } });
  });

  it('answers OpenAI’s SDK, on record with its cost', async () => {
    const { data, response } = await caller.openai.chat.completions
      .create({
        model: 'acme/large-1',
        max_completion_tokens: 50,
        messages: [{ role: 'user', content: PROMPT }],
      })
      .withResponse();
    expect(data.choices[0]?.message.content).toBe('Hello');
    const outputTokens = data.usage?.completion_tokens ?? 0;
    const record = await usageOf(caller.user, requestIdOf(response));
    expect(record).toMatchObject({ ...usage, outputTokens, cost: { usd: costOf(outputTokens) } });
    expect((await upstreamOf(requestIdOf(response))).body).toMatchObject({ max_tokens: 50 });
  });

  it('answers Anthropic’s SDK, streamed', async () => {
    const stream = caller.anthropic.messages.stream({
      model: 'large-1',
      max_tokens: 50,
      messages: [{ role: 'user', content: '[[sandbox: text="Hello" tool=none]] Hi' }],
    });
    expect((await stream.finalMessage()).content).toMatchObject([{ type: 'text', text: 'Hello' }]);
    const { response } = await stream.withResponse();
    expect((await upstreamOf(requestIdOf(response))).body).not.toHaveProperty('service_tier');
    // The sandbox reports a stream's usage to who asks for it alone; what is not reported is never free.
    expect((await usageOf(caller.user, requestIdOf(response))).cost.usd).not.toBe('0.00');
  });

  it('has a model whose own id has a slash', async () => {
    for (const model of ['acme/openai/open-2', 'openai/open-2']) {
      const answer = caller.openai.chat.completions.create({
        model,
        messages: [{ role: 'user', content: 'Hi' }],
      });
      // It has no price, and the default tier a budget.
      await expect(answer).rejects.toMatchObject({ status: 422, code: 'unprocessable' });
    }
    const openai = caller.openai.chat.completions.create({
      model: 'openai/gpt-4o-mini',
      messages: [{ role: 'user', content: '[[sandbox: text="Mine"]] Hi' }],
    });
    expect((await openai).choices[0]?.message.content).toBe('Mine');
  });
});

it('a provider of one’s own machines costs nothing, and needs no price', async () => {
  const { data, response } = await caller.openai.chat.completions
    .create({ model: 'llama3.3', messages: [{ role: 'user', content: 'Hi' }] })
    .withResponse();
  expect(data.usage?.completion_tokens).toBeGreaterThan(0);
  const record = await usageOf(caller.user, requestIdOf(response));
  expect(record).toMatchObject({ provider: 'ollama', cost: { usd: '0.00' }, status: 'ok' });
  expect(record.outputTokens).toBe(data.usage?.completion_tokens);

  const embeddings = await caller.openai.embeddings
    .create({ model: 'nomic-embed-text', input: 'Hello there' })
    .withResponse();
  expect(embeddings.data.data).toHaveLength(1);
  expect(await usageOf(caller.user, requestIdOf(embeddings.response))).toMatchObject({
    provider: 'ollama',
    inputTokens: embeddings.data.usage.prompt_tokens,
    cost: { usd: '0.00' },
  });
});
