import { expect, test } from 'vitest';
import { secondsLeft } from './countdown.ts';

test.each([
  [undefined, 0],
  [10_000, 10],
  [9_001, 10],
  [1, 1],
  [0, 0],
  [-5_000, 0],
])('until %s ms from now the countdown reads %s', (ahead, seconds) => {
  const now = 1_700_000_000_000;
  expect(secondsLeft(ahead === undefined ? undefined : now + ahead, now)).toBe(seconds);
});
