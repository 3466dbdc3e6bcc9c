import { cors } from 'hono/cors';
import type { Deps } from '../deps.ts';
import { type ErrorShape, onError, onNotFound } from './errors.ts';
import { requestContext } from './middleware/request-context.ts';
import { requestLogging } from './middleware/request-logging.ts';
import { securityHeaders } from './middleware/security-headers.ts';
import { storeHandle } from './middleware/store-handle.ts';
import { type App, newApp } from './openapi.ts';

const LOOPBACK = /^http:\/\/(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/;

/**
 * What every function does with every request, before its routes.
 *
 * @param formats `errorShape`: of its errors, where that is not the contract's. `anyHeader`: SDKs run in browsers
 *   and send headers of their own, so a page may send any.
 */
export function baseApp(deps: Deps, formats: { errorShape?: ErrorShape; anyHeader?: boolean } = {}): App {
  const { config, now } = deps;
  const app = newApp();
  app.onError(onError(deps.log, deps.metrics, formats.errorShape));
  app.notFound(onNotFound(formats.errorShape));
  app.use(requestContext({ newId: deps.newRequestId, now, trustedProxyHops: config.trustedProxyHops }));
  app.use(storeHandle(deps.firestore, now));
  app.use(requestLogging(deps.log, deps.metrics, now));
  app.use(securityHeaders());
  app.use(
    cors({
      origin: (origin) => {
        const { corsOrigins } = config;
        return (corsOrigins === 'loopback' ? LOOPBACK.test(origin) : corsOrigins.includes(origin))
          ? origin
          : null;
      },
      allowMethods: ['GET', 'POST', 'PATCH', 'DELETE'],
      // None: whatever the browser asks for.
      allowHeaders: formats.anyHeader
        ? []
        : ['Authorization', 'Content-Type', 'X-API-Key', 'Idempotency-Key'],
      exposeHeaders: [
        'X-Request-Id',
        'Retry-After',
        'RateLimit',
        'RateLimit-Policy',
        'X-RateLimit-Limit',
        'X-RateLimit-Remaining',
        'X-RateLimit-Reset',
        'Idempotent-Replayed',
        'X-Firegate-Attempts',
        'X-Firegate-Dropped',
        'X-Firegate-Model',
      ],
      maxAge: 600,
    }),
  );
  // Hosting keeps even a 404 for ten minutes unless told not to.
  app.use(async (c, next) => {
    await next();
    if (!c.res.headers.has('Cache-Control')) c.header('Cache-Control', 'no-store');
  });
  return app;
}
