import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { root, stateDir } from '../../../tools/lib/paths.ts';
import { startProcess, waitUntilReady } from '../../../tools/lib/process-group.ts';
import type { Stack } from '../../../tools/test/stack.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    stack: Stack;
  }
}

/** Starts the stack once for all integration tests. Emulators named in the environment are used instead of new ones. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const managed = startProcess(
    'The integration stack',
    process.execPath,
    [join(root, 'tools/test/stack.ts')],
    {
      cwd: root,
      env: process.env,
      logFile: join(stateDir, 'logs/test/stack.log'),
      ipc: true,
    },
  );
  let stack: Stack | undefined;
  managed.child.on('message', (message: { stack?: Stack }) => {
    stack = message.stack ?? stack;
  });
  try {
    await waitUntilReady(managed, async () => stack !== undefined, 120_000);
  } catch (error) {
    await managed.stop(10_000);
    throw error;
  }
  project.provide('stack', stack as unknown as Stack);
  return () => managed.stop(10_000);
}
