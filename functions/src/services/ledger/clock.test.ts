import { describe, expect, it } from 'vitest';
import { serverClock } from './clock.ts';

describe('the clock', () => {
  it('uses an honest local clock as it is', () => {
    const clock = serverClock(() => 1_000);
    clock.observe(990, 980, 1_000);
    clock.observe(1_000, 1_000, 1_000);
    expect(clock.now()).toBe(1_000);
  });

  it('puts a fast clock back and a slow one forward, as far as an answer proves', () => {
    const fast = serverClock(() => 61_000);
    fast.observe(1_000, 60_980, 61_000);
    // The server said 1000 some time between sending (60980) and answering (61000).
    expect(fast.now()).toBe(61_000 - 59_980);
    expect(fast.fromLocal(70_000)).toBe(70_000 - 59_980);
    const slow = serverClock(() => 1_000);
    slow.observe(61_000, 980, 1_000);
    expect(slow.now()).toBe(61_000);
    slow.observe(61_005, 990, 1_000);
    expect(slow.now()).toBe(61_005);
  });
});
