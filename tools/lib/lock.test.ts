import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { withLock } from './lock.ts';
import { cacheDir } from './paths.ts';
import { sleep } from './process-group.ts';

const name = `test-${process.pid}`;

it('lets one in at a time', async () => {
  let inside = 0;
  let most = 0;
  const enter = () =>
    withLock(name, async () => {
      inside += 1;
      most = Math.max(most, inside);
      await sleep(20);
      inside -= 1;
    });
  await Promise.all([enter(), enter(), enter()]);
  expect(most).toBe(1);
});

it('is released when the action fails', async () => {
  await expect(withLock(name, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await withLock(name, async () => 'in')).toBe('in');
});

it('takes over the lock of a process that has died', async () => {
  mkdirSync(join(cacheDir, 'locks'), { recursive: true });
  const nobody = 2 ** 22 + 1; // Above the highest process id of Linux.
  writeFileSync(join(cacheDir, 'locks', name), String(nobody));
  expect(await withLock(name, async () => 'in')).toBe('in');
});
