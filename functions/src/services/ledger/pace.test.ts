import { describe, expect, it } from 'vitest';
import { Pace } from './pace.ts';

describe('the pace', () => {
  it('never waits without conflicts', () => {
    const pace = new Pace(() => 0.5);
    for (let i = 0; i < 5; i++) {
      pace.committed(100);
      expect(pace.lingerMs()).toBe(0);
    }
  });

  it('lingers after a conflict, less and less, until there is no wait again', () => {
    const pace = new Pace(() => 0.5);
    pace.conflicted();
    const waits: number[] = [];
    for (let i = 0; i < 12; i++) {
      waits.push(pace.lingerMs());
      pace.committed(10);
    }
    expect(waits[0]).toBe(25);
    expect(waits).toEqual([...waits].sort((a, b) => b - a));
    expect(waits.at(-1)).toBe(0);
  });

  it('lingers longer where commits are slow, up to half a second', () => {
    const pace = new Pace(() => 0.5);
    for (let i = 0; i < 50; i++) pace.committed(80);
    pace.conflicted();
    expect(pace.lingerMs()).toBeGreaterThan(100);
    for (let i = 0; i < 50; i++) pace.committed(5_000);
    pace.conflicted();
    expect(pace.lingerMs()).toBe(500);
  });

  it('backs off by chance within a window that grows to its limit', () => {
    const most = new Pace(() => 1);
    expect([1, 2, 3, 9].map((failures) => most.backoffMs('conflict', failures))).toEqual([16, 30, 30, 30]);
    expect([1, 2, 9].map((failures) => most.backoffMs('transient', failures))).toEqual([100, 200, 1_000]);
    expect(new Pace(() => 0).backoffMs('conflict', 3)).toBe(0);
  });
});
