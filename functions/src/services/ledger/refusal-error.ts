import { GatewayError } from '../../domain/errors.ts';
import type { Refusal } from '../../domain/ledger/admit.ts';
import type { LimitState } from '../../domain/ledger/limits.ts';
import { usdFromNano } from '../../domain/money.ts';

const DAY_SECONDS = 86_400;

/** The error that a caller sees of a refusal: which limit, its state, and when to come back. */
export function refusalError(refusal: Refusal, limits: readonly LimitState[]): GatewayError {
  if (!('limit' in refusal)) return accessError(refusal);
  const { limit } = refusal;
  const isListed = limits.some(({ name }) => name === limit.name);
  const details = { limit: limit.name, limits: isListed ? limits : [...limits, limit] };
  switch (refusal.reason) {
    case 'unknown_price':
      return new GatewayError(
        'unprocessable',
        `The price of this model is not known, so the limit ${limit.name} can't be held.`,
        { details },
      );
    case 'never_fits':
      return new GatewayError(
        'unprocessable',
        `This request may take up to ${amount(limit, refusal.asked)}; the limit ${limit.name} is ${amount(limit, limit.limit)}.`,
        { details },
      );
    case 'budget_spent':
      return new GatewayError(
        'budget_exceeded',
        `The limit ${limit.name} of ${amount(limit, limit.limit)} leaves ${amount(limit, limit.remaining)}, less than this request may cost.`,
        { details },
      );
    case 'limited':
      return new GatewayError(
        'rate_limited',
        `The limit ${limit.name} of ${amount(limit, limit.limit)} is used up for now.`,
        {
          details,
          retryAfterSeconds: Math.min(Math.max(1, Math.ceil(refusal.retryAfterMs / 1000)), DAY_SECONDS),
        },
      );
  }
}

/** A key's holder has proven its secret by then: what is wrong with it may be said. */
function accessError(refusal: Exclude<Refusal, { limit: LimitState }>): GatewayError {
  switch (refusal.reason) {
    case 'disabled':
      return new GatewayError('unauthenticated', 'This account is disabled.');
    case 'signed_out':
      return new GatewayError('unauthenticated', 'This session has ended: sign in again.');
    case 'model_not_allowed':
      return new GatewayError('forbidden', 'This account may not use this model.');
    case 'key_unknown':
      return new GatewayError('unauthenticated', 'The API key is not valid.');
    case 'key_revoked':
      return new GatewayError('unauthenticated', 'This API key is revoked.');
    case 'key_expired':
      return new GatewayError('unauthenticated', 'This API key is expired.');
    case 'key_rotated':
      return new GatewayError('unauthenticated', 'This API key has been rotated.');
    case 'key_without_scope':
      return new GatewayError('forbidden', `This API key does not have the scope ${refusal.scope}.`);
    case 'key_without_provider':
      return new GatewayError('forbidden', `This API key does not allow the provider ${refusal.provider}.`);
    case 'key_without_model':
      return new GatewayError('forbidden', `This API key does not allow the model ${refusal.model}.`);
  }
}

function amount({ unit }: LimitState, value: number): string {
  return unit === 'nano-usd' ? `${usdFromNano(value)} USD` : `${value} ${unit.replace('-', ' ')}`;
}
