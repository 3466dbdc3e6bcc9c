import { Timestamp } from '@google-cloud/firestore';
import { describe, expect, it } from 'vitest';
import {
  budgetExactness,
  concurrencyExactness,
  fitting,
  mostAtOnce,
  overBucket,
  requestsExactness,
  tokensExactness,
} from './exactness.ts';

const record = (at: number, to: number, tokens = 10, costNanoUsd = 100) => ({
  admittedAt: Timestamp.fromMillis(at),
  timestamp: Timestamp.fromMillis(to),
  inputTokens: tokens,
  outputTokens: 0,
  costNanoUsd,
  heldNanoUsd: 250,
});

describe('overBucket', () => {
  it('finds the worst window, wherever it begins and ends', () => {
    const bucket = { capacity: 10, refillPerMs: 1 };
    const taken = [
      { at: 0, amount: 2 },
      { at: 100, amount: 8 },
      { at: 103, amount: 8 },
      { at: 300, amount: 1 },
    ];
    // From 100 to 103: 16 taken where 13 are allowed.
    expect(overBucket(taken, bucket)).toBe(3);
    expect(overBucket(taken.toReversed(), bucket)).toBe(3);
    expect(overBucket(taken.slice(0, 2), bucket)).toBe(-2);
  });

  it('agrees with trying all windows', () => {
    let seed = 1;
    const random = () => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed / 2_147_483_647;
    };
    for (let round = 0; round < 50; round += 1) {
      const taken = Array.from({ length: 30 }, () => ({
        at: Math.floor(random() * 200),
        amount: Math.ceil(random() * 9),
      })).sort((a, b) => a.at - b.at);
      const all = taken.flatMap((first, i) =>
        taken.slice(i).map((last, n) => {
          const sum = taken.slice(i, i + n + 1).reduce((total, { amount }) => total + amount, 0);
          return sum - 5 - 0.25 * (last.at - first.at);
        }),
      );
      expect(overBucket(taken, { capacity: 5, refillPerMs: 0.25 })).toBeCloseTo(Math.max(...all));
    }
  });
});

describe('exactness', () => {
  it('of a bucket: one token or request too many shows', () => {
    const records = [record(0, 5), record(0, 5), record(1_000, 1_005)];
    expect(tokensExactness(records, { capacity: 20, refillPerSecond: 10 })).toEqual({
      unit: 'tokens',
      admitted: 30,
      allowed: 30,
      over: 0,
    });
    expect(tokensExactness(records, { capacity: 19, refillPerSecond: 10 }).over).toBe(1);
    expect(requestsExactness(records, 3)).toMatchObject({ admitted: 3, over: 0 });
    expect(requestsExactness(records.slice(0, 2), 1).over).toBe(1);
  });

  it('of concurrency: what ends makes room for what begins at that moment', () => {
    const spans = [
      { from: 0, to: 10 },
      { from: 10, to: 20 },
      { from: 5, to: 12 },
    ];
    expect(mostAtOnce(spans)).toBe(2);
    expect(mostAtOnce([...spans, { from: 9, to: 11 }])).toBe(3);
    expect(concurrencyExactness([record(0, 10), record(5, 8)], 1)).toMatchObject({ admitted: 2, over: 1 });
  });

  it('of a budget: as many as fit one after the other, neither one more nor one less', () => {
    // 0, 100, ..., 700 settled and 250 held are at most 1,000; with 800 they are not.
    expect(fitting(1_000, 250, 100)).toBe(8);
    expect(fitting(200, 250, 100)).toBe(0);
    const records = (count: number) => Array.from({ length: count }, (_, i) => record(i, i));
    expect(budgetExactness(records(8), 1_000, true)).toEqual({
      unit: 'requests',
      admitted: 8,
      allowed: 8,
      over: 0,
    });
    expect(budgetExactness(records(9), 1_000, true).over).toBe(1);
    expect(budgetExactness(records(11), 1_000, true).over).toBe(100);
    expect(budgetExactness(records(3), 1_000, false)).toMatchObject({ allowed: undefined, over: 0 });
  });
});
