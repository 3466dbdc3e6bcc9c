import { describe, expect, it } from 'vitest';
import type { Refusal } from '../../domain/ledger/admit.ts';
import type { LimitState } from '../../domain/ledger/limits.ts';
import { refusalError } from './refusal-error.ts';

const tokens: LimitState = { name: 'tokens', unit: 'tokens', limit: 1_000, remaining: 20, resetSeconds: 98 };
const budget: LimitState = {
  name: 'budget-day',
  unit: 'nano-usd',
  limit: 5_000_000_000,
  remaining: 1_000_000,
  resetSeconds: 3_600,
};

describe('errors of refusals', () => {
  it.each<[Refusal, number, string, RegExp]>([
    [{ reason: 'disabled' }, 401, 'unauthenticated', /disabled/],
    [{ reason: 'signed_out' }, 401, 'unauthenticated', /sign in again/],
    [{ reason: 'model_not_allowed' }, 403, 'forbidden', /model/],
    [{ reason: 'key_unknown' }, 401, 'unauthenticated', /not valid/],
    [{ reason: 'key_revoked' }, 401, 'unauthenticated', /revoked/],
    [{ reason: 'key_expired' }, 401, 'unauthenticated', /expired/],
    [{ reason: 'key_rotated' }, 401, 'unauthenticated', /rotated/],
    [{ reason: 'key_without_scope', scope: 'images' }, 403, 'forbidden', /scope images/],
    [{ reason: 'key_without_provider', provider: 'openai' }, 403, 'forbidden', /provider openai/],
    [{ reason: 'key_without_model', model: 'gpt-a' }, 403, 'forbidden', /model gpt-a/],
    [{ reason: 'unknown_price', limit: budget }, 422, 'unprocessable', /price .* not known/],
    [
      { reason: 'never_fits', limit: tokens, asked: 1_500 },
      422,
      'unprocessable',
      /1500 tokens.* tokens is 1000 tokens/,
    ],
    [{ reason: 'never_fits', limit: budget, asked: 6e9 }, 422, 'unprocessable', /6\.00 USD.*5\.00 USD/],
    [{ reason: 'budget_spent', limit: budget }, 402, 'budget_exceeded', /5\.00 USD leaves 0\.001 USD/],
    [{ reason: 'limited', limit: tokens, retryAfterMs: 4_001 }, 429, 'rate_limited', /tokens/],
  ])('%o is a %i', (refusal, status, code, message) => {
    const error = refusalError(refusal, [tokens, budget]);
    expect(error).toMatchObject({ status, code });
    expect(error.message).toMatch(message);
    if ('limit' in refusal) {
      expect(error.details).toEqual({ limit: refusal.limit.name, limits: [tokens, budget] });
    } else {
      expect(error.details).toBeUndefined();
    }
  });

  it.each([
    [1, 1],
    [4_001, 5],
    [Number.POSITIVE_INFINITY, 86_400],
  ])('a wait of %d ms is a Retry-After of %d s', (retryAfterMs, retryAfterSeconds) => {
    expect(refusalError({ reason: 'limited', limit: tokens, retryAfterMs }, [tokens])).toMatchObject({
      retryAfterSeconds,
    });
  });
});
