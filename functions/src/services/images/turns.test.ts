import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { LONGEST_WAIT_MS, Turns } from './turns.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function gate() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { promise, open: resolve };
}

it('lets one in at a time, in the order in which they came', async () => {
  const turns = new Turns();
  const seen: string[] = [];
  const gates = [gate(), gate(), gate()];
  const all = gates.map(({ promise }, at) =>
    turns.take(async () => {
      seen.push(`${at} in`);
      await promise;
      seen.push(`${at} out`);
    }),
  );
  for (const { open } of gates) open();
  await Promise.all(all);
  expect(seen).toEqual(['0 in', '0 out', '1 in', '1 out', '2 in', '2 out']);
});

it('lets in as much as there is room for, the larger not passed by what came later', async () => {
  const turns = new Turns(10);
  const seen: string[] = [];
  const enter = (name: string, size: number) =>
    turns.enter(size).then((leave) => {
      seen.push(name);
      return leave;
    });
  const [six, four] = await Promise.all([enter('six', 6), enter('four', 4)]);
  const seven = enter('seven', 7);
  const one = enter('one', 1);
  four();
  four();
  await vi.advanceTimersByTimeAsync(0);
  expect(seen).toEqual(['six', 'four']);
  six();
  await Promise.all([seven, one]);
  expect(seen).toEqual(['six', 'four', 'seven', 'one']);
});

it('lets in what waited behind one that gave up', async () => {
  const turns = new Turns(10);
  await turns.enter(6);
  const seven = turns.enter(7).catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(1_000);
  const four = turns.enter(4);
  await vi.advanceTimersByTimeAsync(LONGEST_WAIT_MS - 1_000);
  expect(await seven).toMatchObject({ code: 'unavailable' });
  await four;
});

it('goes on after one that fails', async () => {
  const turns = new Turns();
  await expect(turns.take(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  expect(await turns.take(async () => 7)).toBe(7);
});

it('refuses what waits too long, and what comes when too many wait', async () => {
  const turns = new Turns();
  const { promise, open } = gate();
  const first = turns.take(() => promise);
  const waiting = Array.from({ length: 16 }, () =>
    turns.take(async () => 'done').catch((error: unknown) => error),
  );
  await expect(turns.take(async () => 'done')).rejects.toMatchObject({
    code: 'unavailable',
    retryAfterSeconds: 5,
  });
  await vi.advanceTimersByTimeAsync(LONGEST_WAIT_MS);
  for (const refused of await Promise.all(waiting)) expect(refused).toMatchObject({ code: 'unavailable' });
  open();
  await first;
  expect(await turns.take(async () => 'free again')).toBe('free again');
});
