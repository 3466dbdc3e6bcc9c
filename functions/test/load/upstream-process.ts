import { join } from 'node:path';
import { stateDir } from '../../../tools/lib/paths.ts';
import { startProcess, waitUntilReady } from '../../../tools/lib/process-group.ts';

export interface Upstream {
  url: string;
  /** The ids that all requests so far carried, in the order they came in. */
  requestIds(): Promise<(string | null)[]>;
}

type Message = { url?: string; requestIds?: (string | null)[]; told?: true };

/** Starts the sandbox that counts (upstream.ts). */
export async function startUpstream(): Promise<Upstream> {
  const managed = startProcess(
    'The sandbox upstream',
    process.execPath,
    [join(import.meta.dirname, 'upstream.ts')],
    {
      cwd: import.meta.dirname,
      env: process.env,
      logFile: join(stateDir, 'logs/load/sandbox.log'),
      ipc: true,
    },
  );
  const requestIds: (string | null)[] = [];
  let url: string | undefined;
  managed.child.on('message', (message: Message) => {
    url = message.url ?? url;
    for (const id of message.requestIds ?? []) requestIds.push(id);
  });
  await waitUntilReady(managed, async () => url !== undefined, 20_000);
  return {
    url: url as unknown as string,
    requestIds: () =>
      new Promise((resolve) => {
        // Messages come in order: once this answer is here, so are all ids that were sent before it.
        const listen = (message: Message) => {
          if (!message.told) return;
          managed.child.off('message', listen);
          resolve(requestIds);
        };
        managed.child.on('message', listen);
        managed.child.send({ tell: true });
      }),
  };
}
