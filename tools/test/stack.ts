// What the integration tests run against: the emulators and the sandbox on free ports, and one instance of the
// functions. A process of its own, tied to the test runner by IPC: it ends with it, however that ends.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { provideBackends } from '../lib/backends.ts';
import { buildFunctions } from '../lib/build.ts';
import { stateDir } from '../lib/paths.ts';
import { tellParent } from '../lib/process-group.ts';
import { projectId } from '../lib/project.ts';
import { runMain } from '../lib/say.ts';
import { startServe } from '../lib/serve-process.ts';
import { onShutdown } from '../lib/shutdown.ts';
import { createRunDirectory, removeRunDirectory } from '../lib/stage.ts';
import { cleanEnvironment } from './clean-environment.ts';

/** Where the tests find everything. */
export interface Stack {
  projectId: string;
  /** `http://127.0.0.1:<port>`: the functions, by name. */
  url: string;
  /** `host:port` of the emulators. */
  firestore: string;
  auth: string;
  storage: string;
  /** `host:port` of the instance's task queues. */
  tasks: string;
  /** Origin of the sandbox upstream. */
  sandbox: string;
  /** What the instance signs client tokens with. */
  clientTokenSecret: string;
  /** The environment of the instance, to start further ones beside it. */
  env: Record<string, string>;
}

if (import.meta.main) await runMain(main);

async function main(): Promise<void> {
  const directory = createRunDirectory('test');
  const logs = join(stateDir, 'logs/test');
  const stops: (() => Promise<void>)[] = [];
  onShutdown(async () => {
    for (const stop of stops.reverse()) await stop();
    removeRunDirectory(directory);
  });

  // A developer's own keys and settings must not reach the tests.
  Object.assign(process.env, cleanEnvironment());
  const [backends] = await Promise.all([
    provideBackends({ directory, logs, reuse: false, alwaysSandbox: true, sandboxDelayMs: 0 }).then(
      (running) => {
        stops.push(running.stop);
        return running;
      },
    ),
    buildFunctions(),
  ]);
  const clientTokenSecret = randomBytes(48).toString('base64url');
  const env = {
    ...cleanEnvironment(),
    FIRESTORE_EMULATOR_HOST: backends.firestore,
    FIREBASE_AUTH_EMULATOR_HOST: backends.auth,
    STORAGE_EMULATOR_HOST: `http://${backends.storage}`,
    FIREGATE_SANDBOX_URL: backends.sandbox as string,
    CLIENT_TOKEN_SECRET: clientTokenSecret,
    // As in the cloud, so that each test can come from an address of its own (X-Forwarded-For).
    TRUSTED_PROXY_HOPS: '1',
    // All tests share this instance: the faults that some plan must keep no others from calling.
    CIRCUIT_BREAKER_FAILURES: '0',
  };
  const serve = await startServe(env, { logFile: join(logs, 'serve.log') });
  stops.push(serve.stop);
  const stack: Stack = {
    projectId: projectId(),
    url: serve.url,
    tasks: serve.tasks,
    firestore: backends.firestore,
    auth: backends.auth,
    storage: backends.storage,
    sandbox: backends.sandbox as string,
    clientTokenSecret,
    env,
  };
  tellParent({ stack });
}
