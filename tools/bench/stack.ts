import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { ENABLED_PROVIDERS } from '../../functions/src/providers/enabled.ts';
import type { SeedTarget } from '../../functions/test/load/seed.ts';
import { buildFunctions } from '../lib/build.ts';
import { userEnvironment } from '../lib/environment.ts';
import { startFirestore } from '../lib/firestore-emulator.ts';
import { httpsFunctions, readManifest } from '../lib/manifest.ts';
import { stateDir } from '../lib/paths.ts';
import { freePort } from '../lib/ports.ts';
import { host, projectId } from '../lib/project.ts';
import { startSandbox } from '../lib/sandbox.ts';

/** What benches and load tests run on, apart from the instances under test. */
export interface BenchStack extends SeedTarget {
  /** `host:port` of the Firestore emulator. */
  firestore: string;
  sandboxUrl: string;
  /** For the instances. */
  env: Record<string, string>;
}

/**
 * Builds the functions and starts a Firestore emulator (unless FIRESTORE_EMULATOR_HOST names one) and a sandbox
 * that pauses nowhere, both on free ports and with nothing in them; what this process itself opens reaches the
 * emulator too. No Auth emulator: client tokens need none.
 *
 * @param name of the folder for the logs.
 * @param sandbox the origin of a sandbox that runs already.
 */
export async function startBenchStack(name: string, sandbox?: string): Promise<BenchStack> {
  const logs = join(stateDir, 'logs', name);
  const [firestore, sandboxUrl] = await Promise.all([
    process.env['FIRESTORE_EMULATOR_HOST'] ||
      freePort()
        .then((port) => startFirestore({ port, logFile: join(logs, 'firestore.log') }))
        .then((emulator) => emulator.host),
    sandbox ??
      freePort().then(async (port) => {
        await startSandbox({ port, logFile: join(logs, 'sandbox.log'), delayMs: 0 });
        return `http://${host}:${port}`;
      }),
    buildFunctions(),
  ]);
  Object.assign(process.env, { FIRESTORE_EMULATOR_HOST: firestore, METADATA_SERVER_DETECTION: 'none' });
  const clientTokenSecret = randomBytes(48).toString('base64url');
  return {
    firestore,
    sandboxUrl,
    projectId: projectId(),
    clientTokenSecret,
    env: {
      ...ownSettingsCleared(),
      FIRESTORE_EMULATOR_HOST: firestore,
      // Set so that nothing starts one; nobody listens there.
      FIREBASE_AUTH_EMULATOR_HOST: `${host}:9`,
      FIREGATE_SANDBOX_URL: sandboxUrl,
      CLIENT_TOKEN_SECRET: clientTokenSecret,
      NODE_OPTIONS: [heapOptions(leastMemoryMiB()), userEnvironment()['NODE_OPTIONS']]
        .filter(Boolean)
        .join(' '),
    },
  };
}

/**
 * The heap that V8 gives itself in a container of that size, where it would take far more of this machine and
 * collect its garbage that much later: half of the memory for the old generation, and for a semi-space of the young
 * one 1 MiB at 512 MiB, 8 MiB at 2 GiB (https://nodejs.org/api/cli.html#--max-semi-space-sizesize-in-mib).
 */
export function heapOptions(memoryMiB: number): string {
  const old = memoryMiB / 2;
  const semi = Math.max(1, Math.floor(old / (old > 256 ? 128 : 256)));
  return `--max-old-space-size=${old} --max-semi-space-size=${semi}`;
}

function leastMemoryMiB(): number {
  const manifest = readManifest();
  return Math.min(
    ...httpsFunctions(manifest).map((name) => manifest.endpoints[name]?.availableMemoryMb ?? 256),
  );
}

/** A developer's own keys and settings must not reach the instances: the real providers would be called. */
function ownSettingsCleared(): Record<string, string> {
  const names = ENABLED_PROVIDERS.flatMap((id) =>
    [`${id}_API_KEY`, `${id}_BASE_URL`].map((name) => name.toUpperCase().replaceAll('-', '_')),
  );
  return Object.fromEntries(
    [...names, 'CORS_ORIGINS', 'REQUEST_DEADLINE_SECONDS', 'TRUSTED_PROXY_HOPS'].map((name) => [name, '']),
  );
}
