import { createMiddleware } from 'hono/factory';
import type { AppEnv } from '../env.ts';

/**
 * RequestContextMiddleware: gives the request its id, its start and the address it came from.
 *
 * @param trustedProxyHops how many entries at the end of `X-Forwarded-For` were written by proxies of ours; what
 *   stands before them is the client's own claim and not believed. 0: the socket's address.
 */
export const requestContext = (options: {
  newId: () => string;
  now: () => number;
  trustedProxyHops: number;
}) =>
  createMiddleware<AppEnv>(async (c, next) => {
    const requestId = options.newId();
    c.set('requestId', requestId);
    c.set('startedAt', options.now());
    c.set(
      'clientIp',
      clientIp(
        c.req.header('x-forwarded-for'),
        c.env.incoming.socket.remoteAddress,
        options.trustedProxyHops,
      ),
    );
    c.set('logFields', {});
    c.header('X-Request-Id', requestId);
    await next();
  });

/** @returns the address that the outermost trusted proxy saw, or the socket's where there is no such entry. */
export function clientIp(
  forwardedFor: string | undefined,
  socketAddress: string | undefined,
  hops: number,
): string {
  const entries = (forwardedFor ?? '')
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean);
  return (hops > 0 ? entries.at(-hops) : undefined) ?? socketAddress ?? 'unknown';
}
