import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import type { AttemptLimit } from '../../domain/attempts.ts';
import type { LimitState } from '../../services/ledger/contract.ts';
import { limitAttempts } from '../../services/limit-attempts.ts';
import type { AppEnv } from '../env.ts';

/**
 * RateLimitMiddleware for routes that nobody is signed in on: counts the attempt against the client's IP.
 * Limits per address are counted where the address is known to be one, in the route.
 */
export const limitAttemptsByIp = (limit: AttemptLimit) =>
  createMiddleware<AppEnv>(async (c, next) => {
    await limitAttempts(c.get('store'), limit, c.get('clientIp'));
    await next();
  });

/**
 * Writes the state of the limits that a request was held against: `RateLimit-Policy` and `RateLimit` for each
 * (draft-ietf-httpapi-ratelimit-headers-10), and the older `X-RateLimit-*` for one of them.
 *
 * @param about the limit that refused; else the token bucket, which every request draws on.
 */
export function setLimitHeaders(c: Context, limits: readonly LimitState[], about = 'tokens'): void {
  const policies = limits.map(({ name, unit, limit, windowSeconds }) =>
    [`"${name}"`, `q=${limit}`, `qu="${unit}"`, ...(windowSeconds ? [`w=${windowSeconds}`] : [])].join(';'),
  );
  const states = limits.map(
    ({ name, remaining, resetSeconds }) => `"${name}";r=${remaining};t=${resetSeconds}`,
  );
  c.header('RateLimit-Policy', policies.join(', '));
  c.header('RateLimit', states.join(', '));
  const one = limits.find(({ name }) => name === about) ?? limits[0];
  if (!one) return;
  c.header('X-RateLimit-Limit', String(one.limit));
  c.header('X-RateLimit-Remaining', String(one.remaining));
  c.header('X-RateLimit-Reset', String(one.resetSeconds));
}
