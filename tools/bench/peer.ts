import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, stateDir } from '../lib/paths.ts';
import { freePort } from '../lib/ports.ts';
import { startProcess, waitUntilReady } from '../lib/process-group.ts';
import { progress, UserError } from '../lib/say.ts';
import type { Gateway } from './systems.ts';

const folder = join(root, 'tools/bench/peer');

/** The peer as its lockfile pins it; installed on the first bench, since nothing else needs it. */
export function installPeer(): void {
  const record = join(folder, 'node_modules/.package-lock.json');
  if (existsSync(record) && versionIn(record) === versionIn(join(folder, 'package-lock.json'))) return;
  progress('Installing the gateway to compare with (npm ci in tools/bench/peer) ...');
  const { status, stdout, stderr, error } = spawnSync('npm', ['ci', '--loglevel=error'], {
    cwd: folder,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  if (status !== 0)
    throw new UserError(`npm ci failed in tools/bench/peer:\n${stdout}${stderr}${error ?? ''}`);
}

/** Starts the peer. */
export async function startPeer(): Promise<Gateway> {
  const port = await freePort();
  const managed = startProcess(
    'The Portkey gateway',
    process.execPath,
    [join(folder, 'node_modules/@portkey-ai/gateway/build/start-server.js'), '--headless', `--port=${port}`],
    {
      cwd: folder,
      env: { ...process.env, NODE_ENV: 'production' },
      logFile: join(stateDir, 'logs/bench/peer.log'),
    },
  );
  const url = `http://127.0.0.1:${port}`;
  try {
    await waitUntilReady(managed, async () => (await fetch(url)).ok, 30_000);
  } catch (error) {
    await managed.stop(0);
    throw error;
  }
  return { url, managed };
}

function versionIn(lockFile: string): string | undefined {
  const { packages } = JSON.parse(readFileSync(lockFile, 'utf8')) as {
    packages: Record<string, { version?: string }>;
  };
  return packages['node_modules/@portkey-ai/gateway']?.version;
}
