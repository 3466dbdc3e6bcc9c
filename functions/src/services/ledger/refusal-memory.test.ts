import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../domain/errors.ts';
import type { Refusal } from '../../domain/ledger/admit.ts';
import type { LimitState } from '../../domain/ledger/limits.ts';
import { RefusalMemory } from './refusal-memory.ts';

const limit: LimitState = { name: 'tokens', unit: 'tokens', limit: 10, remaining: 0, resetSeconds: 60 };
const error = new GatewayError('rate_limited');
const limited = (retryAfterMs: number): Refusal => ({ reason: 'limited', limit, retryAfterMs });

function memory() {
  const time = { now: 5_000 };
  return { time, refusals: new RefusalMemory(() => time.now) };
}

describe('the memory of refusals', () => {
  it('answers for requests at least as large, and for no others', () => {
    const { refusals } = memory();
    refusals.remember(limited(9_000), { tokens: 100, nanoUsd: 50 }, error);
    expect(refusals.recall({ tokens: 100, nanoUsd: 50 })).toBe(error);
    expect(refusals.recall({ tokens: 200, nanoUsd: undefined })).toBe(error);
    expect(refusals.recall({ tokens: 99, nanoUsd: 50 })).toBeUndefined();
    expect(refusals.recall({ tokens: 100, nanoUsd: 49 })).toBeUndefined();
  });

  it('lasts a second at most, and no longer than the refusal itself', () => {
    const { time, refusals } = memory();
    const size = { tokens: 1, nanoUsd: 1 };
    refusals.remember(limited(9_000), size, error);
    time.now += 999;
    expect(refusals.recall(size)).toBe(error);
    time.now += 1;
    expect(refusals.recall(size)).toBeUndefined();
    refusals.remember(limited(30), size, error);
    time.now += 30;
    expect(refusals.recall(size)).toBeUndefined();
    refusals.remember({ reason: 'budget_spent', limit }, size, error);
    expect(refusals.recall(size)).toBe(error);
  });

  it('forgets when told, and never remembers what an admin can change', () => {
    const { refusals } = memory();
    const size = { tokens: 1, nanoUsd: 1 };
    refusals.remember(limited(9_000), size, error);
    refusals.forget();
    expect(refusals.recall(size)).toBeUndefined();
    refusals.remember({ reason: 'disabled' }, size, error);
    refusals.remember({ reason: 'never_fits', limit, asked: 11 }, size, error);
    expect(refusals.recall(size)).toBeUndefined();
  });

  it('keeps keys apart from each other and from their user, and a hundred of them', () => {
    const { refusals } = memory();
    const size = (id: string) => ({ tokens: 1, nanoUsd: 1, apiKey: { id } });
    refusals.remember(limited(9_000), size('a'), error);
    expect(refusals.recall(size('a'))).toBe(error);
    expect(refusals.recall(size('b'))).toBeUndefined();
    expect(refusals.recall({ tokens: 1, nanoUsd: 1 })).toBeUndefined();
    for (let i = 0; i < 100; i++) refusals.remember(limited(9_000), size(`k${i}`), error);
    expect(refusals.recall(size('a'))).toBeUndefined();
    expect(refusals.recall(size('k0'))).toBe(error);
    refusals.forget();
    expect(refusals.recall(size('k99'))).toBeUndefined();
  });
});
