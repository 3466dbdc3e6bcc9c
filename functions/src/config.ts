import { defineInt, defineSecret, defineString } from 'firebase-functions/params';
import { z } from 'zod';
import { PERIODS } from './domain/ledger/period.ts';
import { nanoFromUsd } from './domain/money.ts';
import type { Price } from './domain/pricing.ts';
import type { Budget } from './domain/tiers.ts';
import { compatibleProvider } from './providers/compatible/dialects.ts';
import { OWN_MODELS_EXAMPLE, parseOwnModels } from './providers/compatible/own-models.ts';
import { ENABLED_PROVIDERS, type EnabledProvider } from './providers/enabled.ts';
import { envName } from './providers/env-names.ts';
import { findModel, isEnabledProvider, providersOfModel } from './providers/registry.ts';

/** Everything a deployment can set. Params are declared here and nowhere else. */
export const clientTokenSecret = defineSecret('CLIENT_TOKEN_SECRET');

/** One secret a provider, so that a proxy function binds its own alone; one that takes no key has none. */
export const providerSecrets: Partial<Record<EnabledProvider, ReturnType<typeof defineSecret>>> =
  Object.fromEntries(
    ENABLED_PROVIDERS.filter((id) => !compatibleProvider(id)?.selfHosted).map((id) => [
      id,
      defineSecret(envName(id, 'API_KEY')),
    ]),
  );

for (const id of ENABLED_PROVIDERS) {
  defineString(envName(id, 'BASE_URL'), {
    default: '',
    description: needsBaseUrl(id)
      ? `Where ${id} answers; it has no address that is the same for everyone.`
      : `Another base URL for ${id}, for instance a regional endpoint. Empty: the provider's own.`,
  });
  if (compatibleProvider(id)?.ownModels) {
    defineString(envName(id, 'MODELS'), {
      default: '',
      description: `The models of ${id} that you use, as JSON such as ${OWN_MODELS_EXAMPLE}.`,
    });
  }
}
defineString('CORS_ORIGINS', {
  default: '',
  description:
    'Origins that may call from a browser, separated by commas. Empty: this project’s Hosting sites.',
});
defineString('WEB_API_KEY', {
  default: '',
  description: 'The Web API key of the Firebase project; it fronts Firebase Authentication for scripts.',
});
defineString('PROJECT_BUDGET', {
  default: '',
  description:
    'What all users together may spend, as in 100.00/month: USD per day, week, month or total. Empty: no cap.',
});
defineString('PRICE_OVERRIDES', {
  default: '',
  description:
    'Prices that you have agreed, as JSON: {"openai/gpt-4o-mini":{"input":"0.12","output":"0.48"}}, USD per million tokens.',
});
defineString('STORAGE_BUCKET', {
  default: '',
  description: 'The Cloud Storage bucket of files. Empty: the project’s default bucket.',
});
defineString('MODEL_ALIASES', {
  default: '',
  description:
    'Names of your own for models, as JSON: {"fast":"openai/gpt-5.4-mini","smart":["anthropic/claude-sonnet-5","openai/gpt-5.5"]}; of several, the next is tried where one fails.',
});
defineInt('REQUEST_DEADLINE_SECONDS', {
  default: 300,
  description: 'The total time a request to a model may take, 1 to 500 seconds.',
});
defineInt('UPSTREAM_ATTEMPTS', {
  default: 3,
  description: 'How often a model is tried at most where a provider fails, 1 to 5.',
});
defineInt('CIRCUIT_BREAKER_FAILURES', {
  default: 5,
  description:
    'How many calls in a row must fail before a model is left alone for some seconds, 1 to 100. 0: never.',
});
defineInt('BCRYPT_COST', {
  default: 10,
  description: 'The work factor of the hashes of API keys, 4 to 15; 10 takes about 55 ms.',
});
defineInt('TRUSTED_PROXY_HOPS', {
  default: 1,
  description: 'How many entries at the end of X-Forwarded-For are written by proxies you trust.',
});

export interface ProviderSettings {
  apiKey: string;
  baseUrl: string | undefined;
}

export interface Config {
  projectId: string;
  region: string;
  /** In the cloud, as opposed to the emulators and `npm run serve`. */
  deployed: boolean;
  /** The first signs, all verify; each at least 32 bytes. */
  clientTokenSecrets: [string, ...string[]];
  /** `'loopback'`: any origin on this machine. */
  corsOrigins: string[] | 'loopback';
  webApiKey: string;
  requestDeadlineMs: number;
  /** At one model; the first included. */
  upstreamAttempts: number;
  /** In a row, at one model, that open its circuit; 0: none do. */
  breakerFailures: number;
  /** By alias: the models to be tried in order, as `provider/model`. */
  modelAliases: ModelAliases;
  /** By `provider/model`; they go before the published prices. */
  priceOverrides: PriceOverrides;
  /** What all users together may spend; undefined: no cap. */
  projectBudget: Budget | undefined;
  trustedProxyHops: number;
  bcryptCost: number;
  /** Origin of the local model upstream; never set when deployed. */
  sandboxUrl: string | undefined;
  /** `host:port` of the Auth emulator, where one is used. */
  authEmulatorHost: string | undefined;
  /** The bucket that files are kept in. */
  storageBucket: string;
  /** Cloud Storage is a local one, that the SDK finds by STORAGE_EMULATOR_HOST. */
  storageIsLocal: boolean;
  /** Where the functions of this deployment answer, without a trailing slash. */
  functionsBaseUrl: string;
  providers: Record<EnabledProvider, ProviderSettings>;
}

/** Thrown at start; lists everything that is wrong at once. */
export class ConfigError extends Error {
  constructor(problems: string[]) {
    super(`Firegate cannot start:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Reads and checks the configuration.
 *
 * @param env the process's environment; `FUNCTION_TARGET` says which function this instance runs, and what only
 *   that function needs is demanded only there.
 * @throws ConfigError naming every variable that is missing or wrong.
 */
export function readConfig(env: Env = process.env): Config {
  const problems: string[] = [];
  const deployed = Boolean(env['K_SERVICE']) && env['FUNCTIONS_EMULATOR'] !== 'true';
  const projectId = env['GCLOUD_PROJECT'] ?? env['GOOGLE_CLOUD_PROJECT'] ?? 'demo-firegate';
  const region = env['FUNCTION_REGION'] ?? 'us-central1';
  const target = env['FUNCTION_TARGET'];

  const clientTokenSecrets = (env['CLIENT_TOKEN_SECRET'] ?? '')
    .split(',')
    .map((secret) => secret.trim())
    .filter(Boolean);
  if (clientTokenSecrets.length === 0) problems.push('CLIENT_TOKEN_SECRET is not set.');
  if (clientTokenSecrets.some((secret) => Buffer.byteLength(secret) < 32)) {
    problems.push('CLIENT_TOKEN_SECRET: each secret needs at least 32 bytes.');
  }

  const sandboxUrl = env['FIREGATE_SANDBOX_URL'] || undefined;
  if (sandboxUrl && deployed)
    problems.push('FIREGATE_SANDBOX_URL is set, but a deployed function never uses the sandbox.');
  if (sandboxUrl) checkUrl('FIREGATE_SANDBOX_URL', sandboxUrl, problems);

  const webApiKey = env['WEB_API_KEY'] || (deployed ? '' : 'local');
  if (!webApiKey && (target === undefined || target === 'api')) {
    problems.push('WEB_API_KEY is not set: Project settings > General > Web API key.');
  }

  const providers = {} as Record<EnabledProvider, ProviderSettings>;
  for (const id of ENABLED_PROVIDERS) {
    const keyName = envName(id, 'API_KEY');
    const baseUrlName = envName(id, 'BASE_URL');
    const apiKey = (env[keyName] ?? '').trim();
    const baseUrl = (env[baseUrlName] ?? '').trim() || undefined;
    if (baseUrl) checkUrl(baseUrlName, baseUrl, problems);
    if (deployed && (target === 'api' || target === `${id}Generate`)) {
      if (!apiKey && providerSecrets[id]) {
        problems.push(`${keyName} is not set; take ${id} out of providers/enabled.ts or set its secret.`);
      }
      if (!baseUrl && needsBaseUrl(id)) problems.push(`${baseUrlName} is not set: where does ${id} answer?`);
    }
    checkModels(id, env[envName(id, 'MODELS')] ?? '', problems);
    providers[id] = { apiKey, baseUrl };
  }

  const config: Config = {
    projectId,
    region,
    deployed,
    clientTokenSecrets: clientTokenSecrets as [string, ...string[]],
    corsOrigins: readOrigins(env['CORS_ORIGINS'] ?? '', { projectId, deployed }, problems),
    webApiKey,
    requestDeadlineMs:
      1000 * readNumber(env, 'REQUEST_DEADLINE_SECONDS', { fallback: 300, min: 0.1, max: 500 }, problems),
    upstreamAttempts: readNumber(
      env,
      'UPSTREAM_ATTEMPTS',
      { fallback: 3, min: 1, max: 5, whole: true },
      problems,
    ),
    breakerFailures: readNumber(
      env,
      'CIRCUIT_BREAKER_FAILURES',
      { fallback: 5, min: 0, max: 100, whole: true },
      problems,
    ),
    trustedProxyHops: readNumber(
      env,
      'TRUSTED_PROXY_HOPS',
      { fallback: deployed ? 1 : 0, min: 0, max: 10, whole: true },
      problems,
    ),
    modelAliases: readAliases(env['MODEL_ALIASES'] ?? '', problems),
    priceOverrides: readPrices(env['PRICE_OVERRIDES'] ?? '', problems),
    projectBudget: readBudget(env['PROJECT_BUDGET'] ?? '', problems),
    bcryptCost: readNumber(env, 'BCRYPT_COST', { fallback: 10, min: 4, max: 15, whole: true }, problems),
    sandboxUrl: sandboxUrl?.replace(/\/$/, ''),
    authEmulatorHost: env['FIREBASE_AUTH_EMULATOR_HOST'] || undefined,
    storageBucket: readStorageBucket(env, projectId),
    storageIsLocal: Boolean(env['STORAGE_EMULATOR_HOST']),
    functionsBaseUrl: env['FIREGATE_FUNCTIONS_URL'] || `https://${region}-${projectId}.cloudfunctions.net`,
    providers,
  };
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
}

/** How providers are reached, where nothing else of the configuration is needed: a task function binds no other secret. */
export function readProviders(env: Env = process.env): Pick<Config, 'providers' | 'sandboxUrl'> {
  const deployed = Boolean(env['K_SERVICE']) && env['FUNCTIONS_EMULATOR'] !== 'true';
  const providers = Object.fromEntries(
    ENABLED_PROVIDERS.map((id) => {
      const apiKey = (env[envName(id, 'API_KEY')] ?? '').trim();
      return [id, { apiKey, baseUrl: (env[envName(id, 'BASE_URL')] ?? '').trim() || undefined }];
    }),
  ) as Config['providers'];
  // A deployed function never uses the sandbox.
  const sandboxUrl = deployed ? undefined : env['FIREGATE_SANDBOX_URL']?.replace(/\/$/, '') || undefined;
  return { providers, sandboxUrl };
}

/** The bucket by name: STORAGE_BUCKET, else what Firebase says of the project, else the name that new projects have. */
export function readStorageBucket(env: Env, projectId: string): string {
  const named = env['STORAGE_BUCKET']?.trim();
  if (named) return named;
  try {
    const { storageBucket } = JSON.parse(env['FIREBASE_CONFIG'] ?? '{}') as { storageBucket?: unknown };
    if (typeof storageBucket === 'string' && storageBucket) return storageBucket;
  } catch {
    // Firebase's own variable; where it is no JSON, nothing else would work.
  }
  return `${projectId}.firebasestorage.app`;
}

/** Whether each deployment has an address of its own. */
function needsBaseUrl(id: EnabledProvider): boolean {
  const data = compatibleProvider(id);
  return data !== undefined && data.baseUrl === undefined;
}

function checkModels(id: EnabledProvider, text: string, problems: string[]): void {
  const data = compatibleProvider(id);
  if (!data?.ownModels || (text === '' && data.models)) return;
  if (text === '' || parseOwnModels(text) === undefined) {
    const what = text === '' ? 'is not set; it is' : 'is not';
    problems.push(`${envName(id, 'MODELS')} ${what} JSON such as ${OWN_MODELS_EXAMPLE}, a chat model first.`);
  }
}

const usd = z
  .string()
  .regex(/^\d{1,6}(\.\d{1,9})?$/)
  .transform(nanoFromUsd);
const pricesSchema = z.record(
  z.string().regex(/^[^/]+\/.+$/),
  z.strictObject({
    input: usd,
    output: usd,
    cachedInput: usd.exactOptional(),
    cacheWriteInput: usd.exactOptional(),
    cacheWrite1hInput: usd.exactOptional(),
    imageInput: usd.exactOptional(),
    imageOutput: usd.exactOptional(),
  }),
);

export type PriceOverrides = ReadonlyMap<string, Price>;

/** Prices of one's own, at one rate whatever the length of the context. */
function readPrices(text: string, problems: string[]): PriceOverrides {
  if (text === '') return new Map();
  try {
    const prices = Object.entries(pricesSchema.parse(JSON.parse(text)));
    return new Map(prices.map(([model, base]) => [model, { source: 'PRICE_OVERRIDES', base, tiers: [] }]));
  } catch {
    problems.push(
      'PRICE_OVERRIDES is not JSON such as {"openai/gpt-4o-mini":{"input":"0.12","output":"0.48"}}.',
    );
    return new Map();
  }
}

const aliasesSchema = z.record(
  z.string().regex(/^[\w.-]{1,64}$/),
  z.union([z.string(), z.array(z.string()).min(1).max(8)]),
);

export type ModelAliases = ReadonlyMap<string, readonly string[]>;

/** Names of one's own for models. A name that already means something could be taken for it, so it is refused. */
function readAliases(text: string, problems: string[]): ModelAliases {
  if (text === '') return new Map();
  let given: z.infer<typeof aliasesSchema>;
  try {
    given = aliasesSchema.parse(JSON.parse(text));
  } catch {
    problems.push(
      'MODEL_ALIASES is not JSON such as {"fast":"openai/gpt-5.4-mini","smart":["anthropic/claude-sonnet-5","openai/gpt-5.5"]}.',
    );
    return new Map();
  }
  const aliases = new Map(Object.entries(given).map(([name, models]) => [name, [models].flat()]));
  for (const [name, models] of aliases) {
    if (providersOfModel(name).length > 0 || isEnabledProvider(name)) {
      problems.push(`MODEL_ALIASES: ${name} is the name of a model or a provider.`);
    }
    for (const model of models) {
      const [provider = '', ...rest] = model.split('/');
      const isKnown = isEnabledProvider(provider) && findModel(provider, rest.join('/')) !== undefined;
      if (aliases.has(model)) problems.push(`MODEL_ALIASES: ${name} is an alias of the alias ${model}.`);
      else if (!isKnown) {
        problems.push(`MODEL_ALIASES: ${name} names ${model}, which is no provider/model that is enabled.`);
      }
    }
  }
  return aliases;
}

/** `100.00/month` as a budget; undefined where there is none. */
export function readBudget(text: string, problems: string[]): Budget | undefined {
  if (text === '') return undefined;
  const [, usd = '', period] = /^(\d+(?:\.\d{1,9})?)\/(\w+)$/.exec(text) ?? [];
  const known = PERIODS.find((each) => each === period);
  if (known && /[1-9]/.test(usd)) return { period: known, nanoUsd: nanoFromUsd(usd) };
  problems.push(`PROJECT_BUDGET is not an amount per ${PERIODS.join(', ')}, such as 100.00/month: ${text}.`);
  return undefined;
}

function checkUrl(name: string, value: string, problems: string[]): void {
  if (!z.url({ protocol: /^https?$/ }).safeParse(value).success)
    problems.push(`${name} is not an http(s) URL: ${value}`);
}

function readNumber(
  env: Env,
  name: string,
  { fallback, min, max, whole = false }: { fallback: number; min: number; max: number; whole?: boolean },
  problems: string[],
): number {
  const text = env[name];
  if (text === undefined || text === '') return fallback;
  const value = Number(text);
  if (!(value >= min && value <= max) || (whole && !Number.isInteger(value)))
    problems.push(`${name} must be a ${whole ? 'whole ' : ''}number from ${min} to ${max}, not ${text}.`);
  return value;
}

function readOrigins(
  text: string,
  { projectId, deployed }: { projectId: string; deployed: boolean },
  problems: string[],
): Config['corsOrigins'] {
  const origins = text
    .split(',')
    .map((origin) => origin.trim())
    .filter(Boolean);
  for (const origin of origins) {
    if (!URL.canParse(origin) || new URL(origin).origin !== origin || origin.includes('*')) {
      problems.push(`CORS_ORIGINS: ${origin} is not an origin such as https://app.example.com.`);
    }
  }
  if (origins.length > 0) return origins;
  return deployed ? [`https://${projectId}.web.app`, `https://${projectId}.firebaseapp.com`] : 'loopback';
}
