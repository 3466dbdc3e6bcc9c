import { describe, expect, it } from 'vitest';
import type { UsageDocument } from '../../src/store/usage-metrics.ts';
import { checkCalls, checkSums } from './checks.ts';

const user = (costs: Record<string, number>, settledNanoUsd: number, held = 0) => ({
  uid: 'u',
  records: new Map(Object.entries(costs).map(([id, costNanoUsd]) => [id, { costNanoUsd } as UsageDocument])),
  settledNanoUsd,
  heldNanoUsd: held,
  heldTokens: held,
});

const failed = (checks: { ok: boolean; name: string }[]) =>
  checks.filter(({ ok }) => !ok).map(({ name }) => name);

describe('checkSums', () => {
  it('passes where the books are right, to the nano-USD', () => {
    expect(failed(checkSums([user({ a: 1, b: 2 }, 3), user({}, 0)]))).toEqual([]);
    expect(failed(checkSums([user({ a: 1, b: 2 }, 4)]))).toEqual([
      "each user's records add up to the ledger's settled",
    ]);
    expect(failed(checkSums([user({ a: 1 }, 1, 5)]))).toEqual(['nothing is held any more']);
  });
});

describe('checkCalls', () => {
  const accounts = [user({ a: 1, b: 2 }, 3), user({ c: 1 }, 1)];

  it('passes where records, calls and answers are the same requests', () => {
    expect(failed(checkCalls(accounts, ['c', 'a', 'b'], ['a', 'b']))).toEqual([]);
  });

  it('tells each way in which they are not', () => {
    expect(failed(checkCalls(accounts, ['a', 'b', 'c', 'd'], []))).toEqual([
      'each call that reached the provider has its record',
    ]);
    expect(failed(checkCalls(accounts, ['a', 'b', 'c', null], []))).toEqual([
      'each call that reached the provider has its record',
    ]);
    expect(failed(checkCalls(accounts, ['a', 'b', 'c', 'a'], []))).toEqual(['no request was called twice']);
    expect(failed(checkCalls(accounts, ['a', 'b'], []))).toEqual([
      'each record is of a call that reached the provider',
    ]);
    expect(failed(checkCalls(accounts, ['a', 'b', 'c'], ['e']))).toEqual([
      'each answered request has its record',
    ]);
  });
});
