import { describe, expect, it } from 'vitest';
import { PERIODS, periodEnd, periodKey, periodSeconds } from './period.ts';

const at = (text: string): number => Date.parse(text);

describe('periods', () => {
  it.each([
    ['day', '2026-11-23T23:59:59.999Z', '2026-11-23', '2026-11-24T00:00:00Z', 86_400],
    ['day', '2026-11-24T00:00:00.000Z', '2026-11-24', '2026-11-25T00:00:00Z', 86_400],
    ['week', '2026-11-22T23:59:59.999Z', '2026-W47', '2026-11-23T00:00:00Z', 604_800],
    ['week', '2026-11-23T00:00:00.000Z', '2026-W48', '2026-11-30T00:00:00Z', 604_800],
    // ISO 8601: 2027-01-01 is a Friday and still of the last week of 2026, which has 53.
    ['week', '2027-01-01T12:00:00.000Z', '2026-W53', '2027-01-04T00:00:00Z', 604_800],
    ['week', '2024-12-30T00:00:00.000Z', '2025-W01', '2025-01-06T00:00:00Z', 604_800],
    ['month', '2026-12-31T23:59:59.999Z', '2026-12', '2027-01-01T00:00:00Z', 31 * 86_400],
    ['month', '2028-02-10T00:00:00.000Z', '2028-02', '2028-03-01T00:00:00Z', 29 * 86_400],
  ] as const)('%s of %s', (period, moment, key, end, seconds) => {
    expect(periodKey(period, at(moment))).toBe(key);
    expect(periodEnd(period, at(moment))).toBe(at(end));
    expect(periodSeconds(period, at(moment))).toBe(seconds);
  });

  it('total never ends', () => {
    expect([periodKey('total', 0), periodEnd('total', 0), periodSeconds('total', 0)]).toEqual([
      'total',
      undefined,
      undefined,
    ]);
  });

  it('the key changes at the end and not before', () => {
    for (const period of PERIODS) {
      for (
        let moment = at('2026-01-01T07:00:00Z');
        moment < at('2029-01-02T00:00:00Z');
        moment += 5 * 86_400_000
      ) {
        const end = periodEnd(period, moment);
        if (end === undefined) continue;
        expect(periodKey(period, end - 1)).toBe(periodKey(period, moment));
        expect(periodKey(period, end)).not.toBe(periodKey(period, moment));
      }
    }
  });
});
