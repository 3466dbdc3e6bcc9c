import { join } from 'node:path';
import { answersAsAuth, startAuth } from './auth-emulator.ts';
import { sandboxedProviders } from './environment.ts';
import { answersAsFirestore, startFirestore } from './firestore-emulator.ts';
import { withLock } from './lock.ts';
import { freePort, isPortFree } from './ports.ts';
import { configuredPorts, host } from './project.ts';
import { answersAsSandbox, sandboxPort, startSandbox } from './sandbox.ts';
import { answersAsStorage, startStorage } from './storage.ts';

export interface RunningBackends {
  firestore: string;
  auth: string;
  storage: string;
  sandbox: string | undefined;
  /** What was started here, as opposed to found running. */
  started: string[];
  /** Stops what was started here. */
  stop(): Promise<void>;
}

export interface BackendOptions {
  /** Keeps the Auth emulator's configuration and the objects of the local Cloud Storage. */
  directory: string;
  /** Folder for the log files. */
  logs: string;
  /** Whether emulators that already listen on the ports of firebase.json are used; those named in the environment always are. */
  reuse: boolean;
  /** Whether the sandbox is started even where each provider has a key. */
  alwaysSandbox?: boolean;
  /** Milliseconds between the sandbox's streamed chunks, if one is started here. */
  sandboxDelayMs?: number;
}

/**
 * Finds or starts what the functions talk to: the Firestore and Auth emulators, a local Cloud Storage, and the
 * sandbox upstream for providers without a key. What runs already is used and left alone.
 */
export async function provideBackends(options: BackendOptions): Promise<RunningBackends> {
  const stops: (() => Promise<void>)[] = [];
  const started: string[] = [];
  const ports = configuredPorts();
  const stop = async () => {
    await Promise.all(stops.map((end) => end()));
  };

  /** One part: named in the environment, else running on its usual port, else started there or on a free port. */
  const provide = async (part: {
    name: string;
    named: string | undefined;
    usualPort: number;
    answers: (address: string) => Promise<boolean>;
    start: (port: number) => Promise<{ address: string; stop: () => Promise<void> }>;
  }): Promise<string> => {
    if (part.named) return part.named;
    if (!options.reuse) return begin(part.name, () => freePort().then(part.start));
    return withLock(`start-${part.name}`, async () => {
      const usual = `${host}:${part.usualPort}`;
      if (await part.answers(usual).catch(() => false)) return usual;
      const port = (await isPortFree(part.usualPort)) ? part.usualPort : await freePort();
      return begin(part.name, () => part.start(port));
    });
  };
  const begin = async (
    name: string,
    start: () => Promise<{ address: string; stop: () => Promise<void> }>,
  ): Promise<string> => {
    const part = await start();
    stops.push(part.stop);
    started.push(name);
    return part.address;
  };

  try {
    const results = await Promise.allSettled([
      provide({
        name: 'firestore',
        named: process.env['FIRESTORE_EMULATOR_HOST'],
        usualPort: ports.firestore,
        answers: answersAsFirestore,
        start: async (port) => {
          const emulator = await startFirestore({ port, logFile: join(options.logs, 'firestore.log') });
          return { address: emulator.host, stop: () => emulator.managed.stop() };
        },
      }),
      provide({
        name: 'auth',
        named: process.env['FIREBASE_AUTH_EMULATOR_HOST'],
        usualPort: ports.auth,
        answers: answersAsAuth,
        start: async (port) => {
          const emulator = await startAuth({
            port,
            directory: join(options.directory, 'auth'),
            logFile: join(options.logs, 'auth.log'),
          });
          return { address: emulator.host, stop: () => emulator.managed.stop() };
        },
      }),
      provide({
        name: 'storage',
        named: process.env['STORAGE_EMULATOR_HOST']?.replace(/^https?:\/\//, '').replace(/\/$/, ''),
        usualPort: ports.storage,
        answers: answersAsStorage,
        start: async (port) => {
          const storage = await startStorage({
            port,
            directory: join(options.directory, 'storage'),
            logFile: join(options.logs, 'storage.log'),
          });
          return { address: `${host}:${port}`, stop: () => storage.stop() };
        },
      }),
      options.alwaysSandbox || sandboxedProviders().length > 0
        ? provide({
            name: 'sandbox',
            named: process.env['FIREGATE_SANDBOX_URL']?.replace(/^https?:\/\//, '').replace(/\/$/, ''),
            usualPort: sandboxPort,
            answers: answersAsSandbox,
            start: async (port) => {
              const sandbox = await startSandbox({
                port,
                logFile: join(options.logs, 'sandbox.log'),
                delayMs: options.sandboxDelayMs,
              });
              return { address: `${host}:${port}`, stop: () => sandbox.stop() };
            },
          })
        : undefined,
    ]);
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
    const [firestore, auth, storage, sandbox] = results.map((result) =>
      result.status === 'fulfilled' ? result.value : undefined,
    );
    return {
      firestore: firestore as string,
      auth: auth as string,
      storage: storage as string,
      sandbox: sandbox && `http://${sandbox}`,
      started,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
