import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { drive, noSamples, perSecond } from './drive.ts';

it('keeps as many under way as asked, leaves the first of each out, and adds slices up', async () => {
  let underWay = 0;
  let most = 0;
  let sent = 0;
  const into = noSamples();
  const slice = () =>
    drive({
      concurrency: 4,
      ms: 60,
      into,
      async send() {
        sent += 1;
        underWay += 1;
        most = Math.max(most, underWay);
        await sleep(5);
        underWay -= 1;
        return { firstMs: 1, totalMs: 5 };
      },
    });
  await slice();
  const { length } = into.totalMs;
  expect(sent).toBe(length + 4);
  await slice();
  expect(most).toBe(4);
  expect(into.totalMs.length).toBeGreaterThan(length);
  expect(into.firstMs).toHaveLength(into.totalMs.length);
  expect(into.elapsedMs).toBeGreaterThanOrEqual(120);
  expect(perSecond(into)).toBeCloseTo((1000 * into.totalMs.length) / into.elapsedMs);
});

it('ends with what a request throws', async () => {
  const send = () => Promise.reject(new Error('429'));
  await expect(drive({ concurrency: 2, ms: 50, send, into: noSamples() })).rejects.toThrow('429');
});
