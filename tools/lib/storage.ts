import { join } from 'node:path';
import { root } from './paths.ts';
import { type Managed, startProcess, waitUntilReady } from './process-group.ts';
import { host } from './project.ts';

/** Starts the local Cloud Storage (tools/storage). */
export async function startStorage(options: {
  port: number;
  /** Keeps the objects. */
  directory: string;
  logFile: string;
}): Promise<Managed> {
  const managed = startProcess(
    'The local Cloud Storage',
    process.execPath,
    [join(root, 'tools/storage/main.ts'), '--port', String(options.port), '--directory', options.directory],
    { cwd: root, env: process.env, logFile: options.logFile },
  );
  try {
    await waitUntilReady(managed, () => answersAsStorage(`${host}:${options.port}`), 20_000);
  } catch (error) {
    await managed.stop(0);
    throw error;
  }
  return managed;
}

/** Whether a local Cloud Storage listens there: ours, or the Firebase CLI's emulator, which knows no such page. */
export async function answersAsStorage(address: string): Promise<boolean> {
  const response = await fetch(`http://${address}/b/none/o`, { signal: AbortSignal.timeout(2_000) });
  const body = (await response.json()) as { kind?: string };
  return body.kind === 'storage#objects';
}
