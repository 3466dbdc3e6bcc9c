import { describe, expect, it } from 'vitest';
import { RecentMap } from './recent-map.ts';

describe('RecentMap', () => {
  it('forgets at its time, which using does not put off', () => {
    let now = 0;
    const map = new RecentMap<number>(10, 100, () => now);
    map.set('a', 1);
    now = 99;
    expect(map.get('a')).toBe(1);
    now = 100;
    expect(map.get('a')).toBeUndefined();
    map.set('a', 2);
    now = 150;
    map.set('a', 3);
    now = 249;
    expect(map.get('a')).toBe(3);
    now = 250;
    expect(map.get('a')).toBeUndefined();
  });

  it('when full forgets what was used longest ago', () => {
    const map = new RecentMap<number>(3, Number.POSITIVE_INFINITY, () => 0);
    for (const [i, key] of ['a', 'b', 'c'].entries()) map.set(key, i);
    map.get('a');
    map.set('d', 3);
    expect(['a', 'b', 'c', 'd'].map((key) => map.get(key))).toEqual([0, undefined, 2, 3]);
    map.set('a', 7);
    map.set('e', 4);
    expect(['a', 'c', 'd', 'e'].map((key) => map.get(key))).toEqual([7, undefined, 3, 4]);
  });

  it('never grows beyond its size', () => {
    const map = new RecentMap<number>(50, 10, () => 0);
    for (let i = 0; i < 10_000; i += 1) map.set(`k${i}`, i);
    const left = Array.from({ length: 10_000 }, (_, i) => map.get(`k${i}`)).filter(
      (value) => value !== undefined,
    );
    expect(left).toEqual(Array.from({ length: 50 }, (_, i) => 9_950 + i));
  });
});
