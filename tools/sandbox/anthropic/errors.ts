import type { ErrorType } from '@anthropic-ai/sdk/resources/shared';
import { type JsonReply, type ProviderFailures, ReplyError } from '../provider.ts';

/** Anthropic's error body, which names the request. */
export function errorReply(requestId: string, status: number, type: ErrorType, message: string): JsonReply {
  const retry = status === 429 || status >= 500;
  return {
    kind: 'json',
    status,
    headers: { 'x-should-retry': String(retry) },
    body: { type: 'error', error: { type, message }, request_id: requestId },
  };
}

/** A refusal that does not know the request's id yet; `named` adds it. */
export class Refusal extends Error {
  override name = 'Refusal';
  readonly status: number;
  readonly type: ErrorType;

  constructor(message: string, status = 400, type: ErrorType = 'invalid_request_error') {
    super(message);
    this.status = status;
    this.type = type;
  }
}

/** Runs a step and answers its refusal in the name of this request. */
export function named<T>(requestId: string, step: () => T): T {
  try {
    return step();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new ReplyError(errorReply(requestId, error.status, error.type, error.message));
  }
}

export function refuse(message: string): never {
  throw new Refusal(message);
}

export const failures: ProviderFailures = {
  rateLimited(requestId, retryAfterSeconds) {
    const reply = errorReply(
      requestId,
      429,
      'rate_limit_error',
      'This request would exceed your organization’s rate limit of 4,000 requests per minute (org: sandbox).',
    );
    const headers = {
      ...reply.headers,
      'retry-after': String(retryAfterSeconds),
      'anthropic-ratelimit-requests-remaining': '0',
      'anthropic-ratelimit-requests-reset': resetAt(retryAfterSeconds),
    };
    return { ...reply, headers };
  },
  serverError: (requestId) => errorReply(requestId, 500, 'api_error', 'Internal server error'),
  overloaded: (requestId) => errorReply(requestId, 529, 'overloaded_error', 'Overloaded'),
  invalid: (requestId, message) => errorReply(requestId, 400, 'invalid_request_error', message),
  unparsable: (requestId) =>
    errorReply(requestId, 400, 'invalid_request_error', 'The request body is not valid JSON'),
  tooLarge: (requestId) =>
    errorReply(requestId, 413, 'invalid_request_error', 'Request exceeds the maximum size'),
  errorEvent: ({ upstreamRequestId }) => ({
    event: 'error',
    data: {
      type: 'error',
      error: { type: 'overloaded_error', message: 'Overloaded' },
      request_id: upstreamRequestId,
    },
  }),
  malformedEvent: () =>
    'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":{"type":"text_del\n\n',
};

/** RFC 3339, to the second, as the service writes it. */
export function resetAt(seconds: number): string {
  return new Date(Date.now() + seconds * 1000).toISOString().replace(/\.\d+Z$/, 'Z');
}
