import { describe, expect, it } from 'vitest';
import {
  UpstreamError,
  type UpstreamErrorDetails,
  type UpstreamErrorKind,
} from '../../providers/contract.ts';
import { verdictOn, waitMs } from './retry-policy.ts';

describe('what may follow a failure', () => {
  it.each<[UpstreamErrorKind, UpstreamErrorDetails, string]>([
    ['rate_limited', { status: 429 }, 'again'],
    ['overloaded', { status: 529 }, 'again'],
    ['overloaded', {}, 'again'],
    ['server_error', { status: 500 }, 'again'],
    ['connection', { sent: false }, 'again'],
    ['connection', {}, 'again'],
    ['malformed', {}, 'again'],
    ['timeout', { status: 408 }, 'again'],
    ['timeout', {}, 'again'],
    ['invalid_request', { status: 409 }, 'again'],
    ['invalid_request', { status: 400 }, 'final'],
    ['invalid_request', { status: 413 }, 'final'],
    ['invalid_request', {}, 'final'],
    ['unauthenticated', { status: 401 }, 'elsewhere'],
    // A quota that is used up.
    ['unauthenticated', { status: 429 }, 'elsewhere'],
    ['not_found', { status: 404 }, 'elsewhere'],
    ['aborted', {}, 'final'],
  ])('%s %j: %s', (kind, details, verdict) => {
    expect(verdictOn(new UpstreamError(kind, 'failed', details))).toBe(verdict);
  });

  it('of a fault of ours: nothing', () => {
    expect(verdictOn(undefined)).toBe('final');
  });
});

describe('the wait before the same model is tried again', () => {
  const wait = (rest: Partial<Parameters<typeof waitMs>[0]> = {}) =>
    waitMs({
      failures: 1,
      retryAfterSeconds: undefined,
      hasOthers: false,
      leftMs: 300_000,
      random: () => 0.999,
      ...rest,
    });

  it('doubles up to four seconds, and is any part of that', () => {
    expect([1, 2, 3, 4, 5, 6, 20].map((failures) => wait({ failures }))).toEqual([
      249, 499, 999, 1_998, 3_996, 3_996, 3_996,
    ]);
    expect(wait({ failures: 9, random: () => 0 })).toBe(0);
    expect(wait({ failures: 2, random: () => 0.5 })).toBe(250);
  });

  it('is as long as the provider says, or a little longer', () => {
    expect(wait({ retryAfterSeconds: 7, random: () => 0 })).toBe(7_000);
    expect(wait({ retryAfterSeconds: 7 })).toBe(7_249);
    expect(wait({ retryAfterSeconds: 0 })).toBe(249);
    expect(wait({ retryAfterSeconds: 30 })).toBe(30_249);
  });

  it('is not made where it is too long: less long where another model could answer', () => {
    expect(wait({ retryAfterSeconds: 31 })).toBeUndefined();
    expect(wait({ retryAfterSeconds: 2, hasOthers: true })).toBe(2_249);
    expect(wait({ retryAfterSeconds: 3, hasOthers: true })).toBeUndefined();
  });

  it('is not made where the deadline leaves no time for an attempt after it', () => {
    expect(wait({ leftMs: 749 })).toBe(249);
    expect(wait({ leftMs: 748 })).toBeUndefined();
    expect(wait({ retryAfterSeconds: 5, leftMs: 5_000 })).toBeUndefined();
  });
});
