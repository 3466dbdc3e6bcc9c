import { expect, it } from 'vitest';
import { cpuMs } from './cpu-time.ts';

it.runIf(process.platform === 'linux')('grows by what a process works', () => {
  const before = cpuMs(process.pid);
  const own = process.cpuUsage();
  for (const start = performance.now(); performance.now() - start < 200; );
  const used = process.cpuUsage(own);
  expect(Math.abs(cpuMs(process.pid) - before - (used.user + used.system) / 1000)).toBeLessThanOrEqual(30);
});

it('is NaN for a process that is not there', () => {
  expect(cpuMs(2 ** 22 + 1)).toBeNaN();
});
