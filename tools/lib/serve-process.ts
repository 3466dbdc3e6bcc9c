import { join } from 'node:path';
import { root, stateDir } from './paths.ts';
import { type Managed, startProcess, waitUntilReady } from './process-group.ts';

export interface ServeProcess {
  /** `http://127.0.0.1:<port>`; functions are below it by name. */
  url: string;
  /** `host:port` of its task queues. */
  tasks: string;
  managed: Managed;
  stop(): Promise<void>;
}

/**
 * Starts `npm run serve` as a child: one instance of every HTTPS function. Start several against the same
 * emulators to test what must hold over instances; kill one to test a crash.
 *
 * @param env added to the environment: the emulators' addresses, provider keys, CLIENT_TOKEN_SECRET, ...
 */
export async function startServe(
  env: Record<string, string>,
  options: { port?: number; build?: boolean; logFile?: string } = {},
): Promise<ServeProcess> {
  const managed = startProcess(
    'npm run serve',
    process.execPath,
    [
      join(root, 'tools/serve/main.ts'),
      '--port',
      String(options.port ?? 0),
      ...(options.build ? [] : ['--no-build']),
    ],
    {
      cwd: root,
      env: { ...process.env, ...env },
      logFile: options.logFile ?? join(stateDir, 'logs/serve.log'),
      ipc: true,
    },
  );
  let ready: { port: number; tasks: string } | undefined;
  managed.child.on('message', (message: { ready?: { port: number; tasks: string } }) => {
    ready = message.ready ?? ready;
  });
  try {
    await waitUntilReady(managed, async () => ready !== undefined, 60_000);
  } catch (error) {
    await managed.stop(0);
    throw error;
  }
  const { port, tasks } = ready as unknown as { port: number; tasks: string };
  return { url: `http://127.0.0.1:${port}`, tasks, managed, stop: () => managed.stop() };
}
