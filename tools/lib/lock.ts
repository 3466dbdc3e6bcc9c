import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDir } from './paths.ts';
import { sleep } from './process-group.ts';

/**
 * Runs `action` while no other process of this checkout runs one under the same name. A lock whose holder has
 * died is taken over.
 */
export async function withLock<T>(name: string, action: () => Promise<T>): Promise<T> {
  const directory = join(cacheDir, 'locks');
  mkdirSync(directory, { recursive: true });
  const file = join(directory, name);
  while (!tryLock(file)) await sleep(100);
  try {
    return await action();
  } finally {
    rmSync(file, { force: true });
  }
}

function tryLock(file: string): boolean {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    let holder: number;
    try {
      holder = Number(readFileSync(file, 'utf8'));
    } catch {
      return false; // Released between the two calls: the next try takes it.
    }
    if (holder > 0 && !isAlive(holder)) rmSync(file, { force: true });
    return false;
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
