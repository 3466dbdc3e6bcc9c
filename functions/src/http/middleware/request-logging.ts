import { createMiddleware } from 'hono/factory';
import { routePath } from 'hono/route';
import type { Logger } from '../../log.ts';
import type { Metrics } from '../../services/metrics.ts';
import type { AppEnv } from '../env.ts';

/**
 * RequestLoggingMiddleware: one line a request, in Cloud Logging's `httpRequest` shape, when the answer's head is
 * known; what a stream becomes later stands in its usage record. Neither query nor bodies are logged.
 */
export const requestLogging = (log: Logger, metrics: Metrics, now: () => number) =>
  createMiddleware<AppEnv>(async (c, next) => {
    await next();
    const seconds = (now() - c.get('startedAt')) / 1000;
    const route = routePath(c, -1);
    metrics.httpRequest({ method: c.req.method, route, status: c.res.status, seconds });
    const { reads, writes } = c.get('store').operations;
    log[c.res.status >= 500 ? 'error' : 'info'](`${c.req.method} ${c.req.path} ${c.res.status}`, {
      requestId: c.get('requestId'),
      route,
      httpRequest: {
        requestMethod: c.req.method,
        requestUrl: c.req.path,
        status: c.res.status,
        latency: `${seconds.toFixed(3)}s`,
        remoteIp: c.get('clientIp'),
        userAgent: c.req.header('user-agent'),
      },
      firestore: { reads, writes },
      ...c.get('logFields'),
    });
  });
