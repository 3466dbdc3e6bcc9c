import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { ENABLED_PROVIDERS } from '../../functions/src/providers/enabled.ts';
import { functionsDir, stateDir } from './paths.ts';
import { projectId, region } from './project.ts';

/** `host:port` of each part that the functions talk to. */
export interface Backends {
  firestore: string;
  auth: string;
  /** Absent: where nothing is kept in files. */
  storage?: string;
  /** Origin of the local model upstream; undefined when every provider has a key or a base URL. */
  sandbox: string | undefined;
}

/**
 * What the user set, weakest first: functions/.env*, functions/.secret.local, the environment. Their files are
 * only ever read; with FIREGATE_ENV_FILES=none, as in tests, not even that.
 */
export function userEnvironment(): Record<string, string> {
  const ignored = process.env['FIREGATE_ENV_FILES'] === 'none';
  const files = ignored ? [] : ['.env', `.env.${projectId()}`, '.env.local', '.secret.local'];
  const values: Record<string, string> = {};
  for (const file of files) {
    const path = join(functionsDir, file);
    if (!existsSync(path)) continue;
    for (const [key, value] of Object.entries(parseEnv(readFileSync(path, 'utf8')))) {
      if (value !== undefined) values[key] = value;
    }
  }
  for (const [key, value] of Object.entries(process.env)) {
    if (value !== undefined) values[key] = value;
  }
  return values;
}

/** The providers that have neither `<PROVIDER>_API_KEY` nor `<PROVIDER>_BASE_URL`: the sandbox stands in for them. */
export function sandboxedProviders(env: Record<string, string> = userEnvironment()): string[] {
  return ENABLED_PROVIDERS.filter((id) => {
    const prefix = id.toUpperCase().replaceAll('-', '_');
    return !env[`${prefix}_API_KEY`]?.trim() && !env[`${prefix}_BASE_URL`]?.trim();
  });
}

/** The environment in which the functions run locally, whether under the emulators or under `npm run serve`. */
export function functionsEnvironment(backends: Backends, functionsUrl: string): Record<string, string> {
  const user = userEnvironment();
  return {
    ...user,
    GCLOUD_PROJECT: projectId(),
    FIREBASE_CONFIG: JSON.stringify({ projectId: projectId() }),
    FUNCTION_REGION: region,
    FUNCTIONS_EMULATOR: 'true',
    FIRESTORE_EMULATOR_HOST: backends.firestore,
    FIREBASE_AUTH_EMULATOR_HOST: backends.auth,
    ...(backends.storage && { STORAGE_EMULATOR_HOST: `http://${backends.storage}` }),
    // The emulators name another bucket than `npm run serve` would; both are to see the same files.
    STORAGE_BUCKET: user['STORAGE_BUCKET'] || `${projectId()}.firebasestorage.app`,
    METADATA_SERVER_DETECTION: 'none',
    FIREGATE_FUNCTIONS_URL: functionsUrl,
    CLIENT_TOKEN_SECRET: user['CLIENT_TOKEN_SECRET']?.trim() || localClientTokenSecret(),
    ...(backends.sandbox && { FIREGATE_SANDBOX_URL: backends.sandbox }),
  };
}

/** A secret for this checkout alone, made on first use, so that client tokens outlive a restart. */
function localClientTokenSecret(): string {
  const file = join(stateDir, 'client-token-secret');
  mkdirSync(stateDir, { recursive: true });
  try {
    writeFileSync(file, randomBytes(48).toString('base64url'), { flag: 'wx', mode: 0o600 });
  } catch {
    // It is there already.
  }
  return readFileSync(file, 'utf8').trim();
}
