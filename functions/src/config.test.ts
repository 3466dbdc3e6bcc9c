import { describe, expect, it } from 'vitest';
import { ConfigError, readBudget, readConfig } from './config.ts';

const SECRET = 's'.repeat(32);
const OTHER = 'o'.repeat(32);

/** What a deployed instance of one function finds in its environment. */
const deployed = (target: string, env: Record<string, string> = {}) => ({
  K_SERVICE: target.toLowerCase(),
  FUNCTION_TARGET: target,
  GCLOUD_PROJECT: 'acme-prod',
  CLIENT_TOKEN_SECRET: SECRET,
  ...env,
});
const KEYS = { OPENAI_API_KEY: 'sk-openai', ANTHROPIC_API_KEY: 'sk-ant', GEMINI_API_KEY: 'AIza' };

/** Every complaint about an environment, one a line. */
function problemsOf(env: Record<string, string>): string[] {
  try {
    readConfig(env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const [title, ...problems] = error.message.split('\n');
    expect(title).toBe('Firegate cannot start:');
    return problems.map((line) => line.replace(/^ {2}- /, ''));
  }
  return [];
}

describe('on a machine of a developer', () => {
  it('needs nothing but a client token secret', () => {
    expect(readConfig({ CLIENT_TOKEN_SECRET: SECRET })).toEqual({
      projectId: 'demo-firegate',
      region: 'us-central1',
      deployed: false,
      clientTokenSecrets: [SECRET],
      corsOrigins: 'loopback',
      webApiKey: 'local',
      requestDeadlineMs: 300_000,
      upstreamAttempts: 3,
      breakerFailures: 5,
      modelAliases: new Map(),
      priceOverrides: new Map(),
      projectBudget: undefined,
      trustedProxyHops: 0,
      bcryptCost: 10,
      sandboxUrl: undefined,
      storageBucket: 'demo-firegate.firebasestorage.app',
      storageIsLocal: false,
      authEmulatorHost: undefined,
      functionsBaseUrl: 'https://us-central1-demo-firegate.cloudfunctions.net',
      providers: {
        openai: { apiKey: '', baseUrl: undefined },
        anthropic: { apiKey: '', baseUrl: undefined },
        gemini: { apiKey: '', baseUrl: undefined },
      },
    });
  });

  it('reads what the launcher sets', () => {
    const config = readConfig({
      CLIENT_TOKEN_SECRET: SECRET,
      GCLOUD_PROJECT: 'demo-other',
      FIREGATE_SANDBOX_URL: 'http://127.0.0.1:4010/',
      FIREGATE_FUNCTIONS_URL: 'http://127.0.0.1:8088',
      FIREBASE_AUTH_EMULATOR_HOST: '127.0.0.1:9099',
      OPENAI_API_KEY: ' sk-openai\n',
      ANTHROPIC_BASE_URL: 'https://eu.example.com',
      REQUEST_DEADLINE_SECONDS: '1.5',
      TRUSTED_PROXY_HOPS: '2',
    });
    expect(config).toMatchObject({
      projectId: 'demo-other',
      sandboxUrl: 'http://127.0.0.1:4010',
      functionsBaseUrl: 'http://127.0.0.1:8088',
      authEmulatorHost: '127.0.0.1:9099',
      requestDeadlineMs: 1500,
      trustedProxyHops: 2,
      providers: {
        openai: { apiKey: 'sk-openai', baseUrl: undefined },
        anthropic: { apiKey: '', baseUrl: 'https://eu.example.com' },
      },
    });
  });

  it('takes an emulated function for a local one', () => {
    const config = readConfig({ ...deployed('api'), FUNCTIONS_EMULATOR: 'true' });
    expect(config).toMatchObject({ deployed: false, corsOrigins: 'loopback', trustedProxyHops: 0 });
  });
});

describe('deployed', () => {
  it('lets in this project’s own sites, and trusts the one proxy before it', () => {
    const config = readConfig(deployed('api', { ...KEYS, WEB_API_KEY: 'AIza' }));
    expect(config).toMatchObject({
      deployed: true,
      corsOrigins: ['https://acme-prod.web.app', 'https://acme-prod.firebaseapp.com'],
      trustedProxyHops: 1,
      webApiKey: 'AIza',
      functionsBaseUrl: 'https://us-central1-acme-prod.cloudfunctions.net',
    });
  });

  it('refuses the sandbox', () => {
    expect(problemsOf(deployed('listProviders', { FIREGATE_SANDBOX_URL: 'http://127.0.0.1:4010' }))).toEqual([
      'FIREGATE_SANDBOX_URL is set, but a deployed function never uses the sandbox.',
    ]);
  });

  it.each([
    ['api', ['WEB_API_KEY', 'OPENAI_API_KEY', 'ANTHROPIC_API_KEY', 'GEMINI_API_KEY']],
    ['openaiGenerate', ['OPENAI_API_KEY']],
    ['anthropicGenerate', ['ANTHROPIC_API_KEY']],
    ['geminiGenerate', ['GEMINI_API_KEY']],
    ['listProviders', []],
  ])('%s demands what it needs alone: %j', (target, missing) => {
    const problems = problemsOf(deployed(target));
    expect(problems.map((problem) => problem.split(' ')[0])).toEqual(missing);
  });

  it('wants a client token secret in every function', () => {
    for (const target of ['listProviders', 'openaiGenerate']) {
      expect(problemsOf(deployed(target, { ...KEYS, CLIENT_TOKEN_SECRET: '' }))).toEqual([
        'CLIENT_TOKEN_SECRET is not set.',
      ]);
    }
  });
});

describe('client token secrets', () => {
  it('are two while one replaces the other: the first signs', () => {
    expect(readConfig({ CLIENT_TOKEN_SECRET: `${OTHER}, ${SECRET}` }).clientTokenSecrets).toEqual([
      OTHER,
      SECRET,
    ]);
  });

  it('have 32 bytes each at least', () => {
    const short = 'CLIENT_TOKEN_SECRET: each secret needs at least 32 bytes.';
    expect(problemsOf({ CLIENT_TOKEN_SECRET: 's'.repeat(31) })).toEqual([short]);
    expect(problemsOf({ CLIENT_TOKEN_SECRET: `${SECRET},short` })).toEqual([short]);
    expect(problemsOf({ CLIENT_TOKEN_SECRET: 'é'.repeat(16) })).toEqual([]);
  });
});

describe('origins', () => {
  it('are those that are named', () => {
    const config = readConfig({
      CLIENT_TOKEN_SECRET: SECRET,
      CORS_ORIGINS: 'https://app.example.com, http://localhost:3000',
    });
    expect(config.corsOrigins).toEqual(['https://app.example.com', 'http://localhost:3000']);
  });

  it.each(['*', 'app.example.com', 'https://app.example.com/', 'https://*.example.com', 'null'])(
    '%s is none',
    (origin) => {
      expect(problemsOf({ CLIENT_TOKEN_SECRET: SECRET, CORS_ORIGINS: origin })).toEqual([
        `CORS_ORIGINS: ${origin} is not an origin such as https://app.example.com.`,
      ]);
    },
  );
});

it.each([
  ['REQUEST_DEADLINE_SECONDS', '0'],
  ['REQUEST_DEADLINE_SECONDS', '501'],
  ['REQUEST_DEADLINE_SECONDS', 'soon'],
  ['UPSTREAM_ATTEMPTS', '0'],
  ['UPSTREAM_ATTEMPTS', '1.5'],
  ['CIRCUIT_BREAKER_FAILURES', '-1'],
  ['TRUSTED_PROXY_HOPS', '-1'],
  ['TRUSTED_PROXY_HOPS', '1.5'],
  ['TRUSTED_PROXY_HOPS', 'one'],
])('%s=%s is refused', (name, value) => {
  const problems = problemsOf({ CLIENT_TOKEN_SECRET: SECRET, [name]: value });
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain(name);
});

it.each(['OPENAI_BASE_URL', 'ANTHROPIC_BASE_URL', 'FIREGATE_SANDBOX_URL'])(
  '%s must be an http(s) URL',
  (name) => {
    for (const value of ['localhost:4010', 'file:///etc/passwd', 'api.example.com']) {
      expect(problemsOf({ CLIENT_TOKEN_SECRET: SECRET, [name]: value })).toEqual([
        `${name} is not an http(s) URL: ${value}`,
      ]);
    }
  },
);

it('names everything that is wrong at once', () => {
  const problems = problemsOf(
    deployed('api', {
      CLIENT_TOKEN_SECRET: 'short',
      CORS_ORIGINS: '*',
      FIREGATE_SANDBOX_URL: 'x',
      OPENAI_BASE_URL: 'y',
      REQUEST_DEADLINE_SECONDS: '0',
      TRUSTED_PROXY_HOPS: '99',
    }),
  );
  const named = problems.map((problem) => problem.split(/[ :]/)[0]);
  expect([...new Set(named)].sort()).toEqual([
    'ANTHROPIC_API_KEY',
    'CLIENT_TOKEN_SECRET',
    'CORS_ORIGINS',
    'FIREGATE_SANDBOX_URL',
    'GEMINI_API_KEY',
    'OPENAI_API_KEY',
    'OPENAI_BASE_URL',
    'REQUEST_DEADLINE_SECONDS',
    'TRUSTED_PROXY_HOPS',
    'WEB_API_KEY',
  ]);
});

it('shows no secret in what it complains about', () => {
  const problems = problemsOf({
    CLIENT_TOKEN_SECRET: 'short-but-secret',
    OPENAI_API_KEY: 'sk-live',
    CORS_ORIGINS: '*',
  });
  expect(problems.join()).not.toMatch(/short-but-secret|sk-live/);
});

describe('PROJECT_BUDGET', () => {
  it.each([
    ['', undefined],
    ['100.00/month', { period: 'month', nanoUsd: 100_000_000_000 }],
    ['0.000000001/total', { period: 'total', nanoUsd: 1 }],
  ])('%o is read', (text, budget) => {
    expect(readBudget(text, [])).toEqual(budget);
  });

  it.each(['100', '0.00/day', '5/year', '-1/day', '1e3/day', '5.0000000001/day', '/day'])(
    '%o is refused',
    (text) => {
      const problems: string[] = [];
      expect(readBudget(text, problems)).toBeUndefined();
      expect(problems).toEqual([expect.stringContaining(text)]);
    },
  );
});

describe('PRICE_OVERRIDES', () => {
  const read = (text: string) => readConfig({ CLIENT_TOKEN_SECRET: SECRET, PRICE_OVERRIDES: text });

  it('is read in nano-USD per million tokens', () => {
    const { priceOverrides } = read(
      '{"openai/gpt-4o-mini":{"input":"0.12","output":"0.48","cachedInput":"0.06"}}',
    );
    expect([...priceOverrides]).toEqual([
      [
        'openai/gpt-4o-mini',
        {
          source: 'PRICE_OVERRIDES',
          base: { input: 120_000_000, output: 480_000_000, cachedInput: 60_000_000 },
          tiers: [],
        },
      ],
    ]);
  });

  it.each([
    'x',
    '[]',
    '{"gpt":{"input":"1","output":"1"}}',
    '{"a/b":{"input":1,"output":"1"}}',
    '{"a/b":{"input":"1"}}',
  ])('%s is refused', (text) => {
    expect(() => read(text)).toThrow('PRICE_OVERRIDES');
  });
});

describe('MODEL_ALIASES', () => {
  const aliases = (value: unknown) => ({
    CLIENT_TOKEN_SECRET: SECRET,
    MODEL_ALIASES: typeof value === 'string' ? value : JSON.stringify(value),
  });

  it('names one model, or several in order', () => {
    const config = readConfig(
      aliases({ fast: 'openai/gpt-4.1-mini', smart: ['anthropic/claude-haiku-4-5', 'openai/gpt-4.1'] }),
    );
    expect(config.modelAliases).toEqual(
      new Map([
        ['fast', ['openai/gpt-4.1-mini']],
        ['smart', ['anthropic/claude-haiku-4-5', 'openai/gpt-4.1']],
      ]),
    );
  });

  it.each([
    ['no JSON', 'fast=openai/gpt-4.1', /MODEL_ALIASES is not JSON such as/],
    ['no models', { fast: [] }, /MODEL_ALIASES is not JSON such as/],
    ['a name with a slash', { 'my/fast': 'openai/gpt-4.1' }, /MODEL_ALIASES is not JSON such as/],
    [
      'an unknown model',
      { fast: 'openai/gpt-of-tomorrow' },
      /fast names openai\/gpt-of-tomorrow, which is no/,
    ],
    ['an unknown provider', { fast: 'acme/gpt-4.1' }, /fast names acme\/gpt-4.1, which is no/],
    ['a model without its provider', { fast: 'gpt-4.1' }, /fast names gpt-4.1, which is no/],
    ['a model’s own name', { 'gpt-4.1': 'openai/gpt-4.1-mini' }, /gpt-4.1 is the name of a model/],
    ['a provider’s name', { openai: 'openai/gpt-4.1-mini' }, /openai is the name of a model or a provider/],
    ['another alias', { a: 'openai/gpt-4.1', b: 'a' }, /b is an alias of the alias a/],
  ])('refuses %s', (_, value, problem) => {
    expect(problemsOf(aliases(value))).toEqual([expect.stringMatching(problem)]);
  });
});
