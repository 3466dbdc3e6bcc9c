import { join } from 'node:path';
import { root } from './paths.ts';
import { type Managed, startProcess, waitUntilReady } from './process-group.ts';
import { host } from './project.ts';

/** The contract's port for the local model upstream. */
export const sandboxPort = 4010;

/** Starts the local model upstream (tools/sandbox). */
export async function startSandbox(options: {
  port: number;
  logFile: string;
  /** Milliseconds between streamed chunks; by default a pace that a person can watch. */
  delayMs?: number | undefined;
}): Promise<Managed> {
  const managed = startProcess(
    'The sandbox upstream',
    process.execPath,
    [
      join(root, 'tools/sandbox/main.ts'),
      '--port',
      String(options.port),
      ...(options.delayMs === undefined ? [] : ['--delay', String(options.delayMs)]),
    ],
    { cwd: root, env: process.env, logFile: options.logFile },
  );
  try {
    await waitUntilReady(managed, () => answersAsSandbox(`${host}:${options.port}`), 20_000);
  } catch (error) {
    await managed.stop(0);
    throw error;
  }
  return managed;
}

/** Whether a sandbox listens there. */
export async function answersAsSandbox(address: string): Promise<boolean> {
  const response = await fetch(`http://${address}/__sandbox/requests`, {
    signal: AbortSignal.timeout(2_000),
  });
  return response.ok && Array.isArray(await response.json());
}
