import type { Hook } from '@hono/zod-openapi';
import type { Context, ErrorHandler, NotFoundHandler } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { GatewayError, toGatewayError } from '../domain/errors.ts';
import type { Logger } from '../log.ts';
import type { LimitState } from '../services/ledger/contract.ts';
import type { Metrics } from '../services/metrics.ts';
import type { AppEnv } from './env.ts';
import { issuesOf } from './issues.ts';
import { toLimit } from './limits.ts';
import { setLimitHeaders } from './middleware/rate-limit.ts';

/** The body of an error's answer. */
export type ErrorShape = (error: GatewayError, c: Context<AppEnv>) => object;

const contractShape: ErrorShape = (error, c) => {
  const body = error.toBody(c.get('requestId'));
  const limits = limitsOf(error.details);
  // Inside, money is whole nano-USD; outside it is a decimal string.
  if (limits) body.error.details = { limit: limits.refusedBy, limits: limits.states.map(toLimit) };
  return body;
};

/**
 * Answers whatever was thrown in the contract's shape, or another; what was not meant to be seen goes to the log
 * alone.
 */
export const onError =
  (log: Logger, metrics: Metrics, shape: ErrorShape = contractShape): ErrorHandler<AppEnv> =>
  (thrown, c) => {
    const error = toGatewayError(thrown);
    const requestId = c.get('requestId');
    c.get('logFields')['errorCode'] = error.code;
    if (error.code === 'internal') {
      log.error('Unhandled error', { requestId, error: describe(error.cause ?? error) });
    } else if (error.cause !== undefined && error.status >= 500) {
      log.warn(error.message, { requestId, error: describe(error.cause) });
    }
    const limits = limitsOf(error.details);
    if (error.status === 402 || error.status === 429) metrics.refusal(error.code, limits?.refusedBy);
    if (limits) setLimitHeaders(c, limits.states, limits.refusedBy);
    if (error.retryAfterSeconds !== undefined)
      c.header('Retry-After', String(Math.ceil(error.retryAfterSeconds)));
    if (error.status === 401) c.header('WWW-Authenticate', 'Bearer');
    return c.json(shape(error, c), error.status as ContentfulStatusCode);
  };

export const onNotFound =
  (shape: ErrorShape = contractShape): NotFoundHandler<AppEnv> =>
  (c) => {
    const error = new GatewayError('not_found', `There is no route ${c.req.method} ${c.req.path}.`);
    return c.json(shape(error, c), 404);
  };

/** RequestValidationMiddleware, second half: a schema's findings as one error that names each field. */
export const onInvalid: Hook<unknown, AppEnv, string, unknown> = (result) => {
  if (result.success) return;
  const issues = issuesOf(result.error);
  const [first] = issues;
  const summary = first
    ? `${first.path ? `${first.path}: ` : ''}${first.message}`
    : 'The request is not valid.';
  throw new GatewayError('invalid_request', summary, { details: { issues } });
};

function limitsOf(details: unknown): { refusedBy: string | undefined; states: LimitState[] } | undefined {
  if (typeof details !== 'object' || details === null || !('limits' in details)) return undefined;
  const { limit, limits } = details as { limit?: string; limits: LimitState[] };
  return { refusedBy: limit, states: limits };
}

function describe(error: unknown): object {
  if (!(error instanceof Error)) return { value: typeof error };
  const { name, message, stack } = error;
  return { name, message, stack, ...('code' in error ? { code: String(error.code) } : {}) };
}
