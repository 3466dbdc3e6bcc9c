import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AttemptCount, type AttemptLimit, countAttempt } from './attempts.ts';

const LIMIT: AttemptLimit = { name: 'test', max: 3, windowSeconds: 60 };
const NOW = 1_000_000;

describe('countAttempt', () => {
  it('opens a window at the first attempt', () => {
    expect(countAttempt(undefined, LIMIT, NOW)).toEqual({
      allowed: true,
      next: { count: 1, windowEndsAt: NOW + 60_000 },
    });
  });

  it('counts up to the maximum in the same window', () => {
    const current = { count: 2, windowEndsAt: NOW + 10_000 };
    expect(countAttempt(current, LIMIT, NOW)).toEqual({
      allowed: true,
      next: { count: 3, windowEndsAt: NOW + 10_000 },
    });
  });

  it('then refuses until the window ends', () => {
    const current = { count: 3, windowEndsAt: NOW + 10_001 };
    expect(countAttempt(current, LIMIT, NOW)).toEqual({ allowed: false, retryAfterSeconds: 11 });
    expect(countAttempt(current, LIMIT, NOW + 10_000)).toEqual({ allowed: false, retryAfterSeconds: 1 });
  });

  it('begins anew when the window has ended', () => {
    const current = { count: 3, windowEndsAt: NOW };
    expect(countAttempt(current, LIMIT, NOW)).toEqual({
      allowed: true,
      next: { count: 1, windowEndsAt: NOW + 60_000 },
    });
  });

  it('lets no more than the maximum through in a window, and everybody who waited as told', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 40_000 }), { maxLength: 60 }), (gaps) => {
        let current: AttemptCount | undefined;
        let at = NOW;
        let retryAt = 0;
        const allowed: { at: number; window: number }[] = [];
        for (const gap of gaps) {
          at += gap;
          const verdict = countAttempt(current, LIMIT, at);
          if (verdict.allowed) {
            current = verdict.next;
            allowed.push({ at, window: verdict.next.windowEndsAt });
          } else {
            expect(at).toBeLessThan(current?.windowEndsAt ?? 0);
            retryAt = at + verdict.retryAfterSeconds * 1000;
            expect(countAttempt(current, LIMIT, retryAt).allowed).toBe(true);
          }
        }
        const windows = Map.groupBy(allowed, ({ window }) => window);
        for (const inOne of windows.values()) expect(inOne.length).toBeLessThanOrEqual(LIMIT.max);
      }),
    );
  });
});
