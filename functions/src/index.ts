import { setGlobalOptions } from 'firebase-functions';
import { type HttpsOptions, onRequest } from 'firebase-functions/https';
import { clientTokenSecret, providerSecrets, readConfig } from './config.ts';
import { createDeps, type Deps } from './deps.ts';
import { bypassBodyParsers } from './http/bypass-body-parsers.ts';
import { listener } from './http/listener.ts';
import type { ENABLED_PROVIDERS } from './providers/enabled.ts';

// What is deployed, and nothing else.

setGlobalOptions({ region: 'us-central1' });

/** Waiting for models, not working: one instance carries many requests. 60 s is Hosting's limit, not the function's. */
const options: HttpsOptions = {
  memory: '512MiB',
  cpu: 1,
  concurrency: 80,
  timeoutSeconds: 540,
  invoker: 'public',
};

// Discovery loads this file to see what it exports, where nothing is configured yet.
const isDiscovery = Boolean(
  process.env['FUNCTIONS_CONTROL_API'] ?? process.env['FUNCTIONS_MANIFEST_OUTPUT_PATH'],
);
// A bad configuration must stop the instance, and with it the deployment, not the first request.
const config = isDiscovery ? undefined : readConfig();

let deps: Deps | undefined;
const getDeps = () => {
  deps ??= createDeps(config);
  return deps;
};

bypassBodyParsers();

export const api = onRequest(
  { ...options, secrets: [clientTokenSecret, ...Object.values(providerSecrets)] },
  listener(async () => (await import('./app.ts')).createApi(getDeps()), '/api'),
);

export const listProviders = onRequest(
  { ...options, secrets: [clientTokenSecret] },
  listener(async () => (await import('./app.ts')).createListProviders(getDeps())),
);

const proxy = (provider: (typeof ENABLED_PROVIDERS)[number]) =>
  onRequest(
    { ...options, secrets: [clientTokenSecret, providerSecrets[provider]] },
    listener(async () => (await import('./app.ts')).createProxy(getDeps(), provider)),
  );

export const openaiGenerate = proxy('openai');
export const anthropicGenerate = proxy('anthropic');
