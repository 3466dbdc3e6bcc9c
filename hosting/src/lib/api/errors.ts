import type { ErrorBody } from './types.ts';

/**
 * What went wrong, whoever noticed it. The server's codes are the contract's
 * (`{"error":{code,message,requestId,details}}`); the client adds its own four:
 * `offline` no network, `unreachable` no answer, `stream_cut` a stream without a terminal event,
 * `signed_out` nobody is signed in any more.
 */
export type ErrorCode = ErrorBody['error']['code'] | 'offline' | 'unreachable' | 'stream_cut' | 'signed_out';

export interface ApiErrorFacts {
  status?: number | undefined;
  requestId?: string | undefined;
  details?: unknown;
  /** Whole seconds until a retry can succeed. */
  retryAfterSeconds?: number | undefined;
}

export class ApiError extends Error {
  readonly code: ErrorCode;
  readonly status: number | undefined;
  readonly requestId: string | undefined;
  readonly details: unknown;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, message: string, facts: ApiErrorFacts = {}) {
    super(message);
    this.name = 'ApiError';
    this.code = code;
    this.status = facts.status;
    this.requestId = facts.requestId;
    this.details = facts.details;
    this.retryAfterSeconds = facts.retryAfterSeconds;
  }
}

/** The error that a response with a failing status tells of; never throws. */
export async function readError(response: Response): Promise<ApiError> {
  const body: unknown = await response.json().catch(() => undefined);
  return fromBody(body, {
    status: response.status,
    requestId: response.headers.get('x-request-id') ?? undefined,
    retryAfterSeconds: parseRetryAfter(response.headers.get('retry-after'), Date.now()),
  });
}

/** Reads the contract's error shape out of `body`; `facts` fill what the body leaves open. */
export function fromBody(body: unknown, facts: ApiErrorFacts): ApiError {
  const error = isRecord(body) && isRecord(body['error']) ? body['error'] : {};
  const code = typeof error['code'] === 'string' ? (error['code'] as ErrorCode) : codeOf(facts.status);
  const message =
    typeof error['message'] === 'string' ? error['message'] : `The server answered ${facts.status}.`;
  const details = error['details'];
  return new ApiError(code, message, {
    ...facts,
    requestId: typeof error['requestId'] === 'string' ? error['requestId'] : facts.requestId,
    retryAfterSeconds: facts.retryAfterSeconds ?? retryAfterIn(details),
    details,
  });
}

/** Makes an ApiError of anything that was thrown; `fetch` throws a TypeError when there is no answer. */
export function toApiError(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown;
  if (globalThis.navigator?.onLine === false) return new ApiError('offline', 'You are offline.');
  if (thrown instanceof TypeError) return new ApiError('unreachable', 'The gateway does not answer.');
  return new ApiError('internal', thrown instanceof Error ? thrown.message : 'Something went wrong.');
}

/** `Retry-After` in seconds, rounded up: a number of seconds or an HTTP date (RFC 9110, 10.2.3). */
export function parseRetryAfter(header: string | null, nowMs: number): number | undefined {
  if (header === null || header.trim() === '') return undefined;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, Math.ceil(seconds));
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil((date - nowMs) / 1000));
}

function retryAfterIn(details: unknown): number | undefined {
  const seconds = isRecord(details) ? details['retryAfterSeconds'] : undefined;
  return typeof seconds === 'number' && seconds >= 0 ? Math.ceil(seconds) : undefined;
}

function codeOf(status: number | undefined): ErrorCode {
  if (status === 401) return 'unauthenticated';
  if (status === 404) return 'not_found';
  if (status === 429) return 'rate_limited';
  return status !== undefined && status >= 502 ? 'unavailable' : 'internal';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
