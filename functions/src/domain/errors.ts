/**
 * The one table of errors: code -> HTTP status -> public message.
 * Codes and statuses are the contract (design.md, section 2); the message is what a caller sees unless the
 * place that throws says something more precise.
 */
export const ERRORS = {
  invalid_request: { status: 400, message: 'The request is not valid.' },
  unauthenticated: { status: 401, message: 'A valid credential is required.' },
  budget_exceeded: { status: 402, message: 'The budget is spent.' },
  forbidden: { status: 403, message: 'This credential may not do that.' },
  not_found: { status: 404, message: 'There is nothing here.' },
  conflict: { status: 409, message: 'The request conflicts with the current state.' },
  payload_too_large: { status: 413, message: 'The request body is too large.' },
  unsupported_media_type: { status: 415, message: 'The content type is not supported.' },
  unprocessable: { status: 422, message: 'The request cannot be carried out as it stands.' },
  rate_limited: { status: 429, message: 'Too many requests.' },
  internal: { status: 500, message: 'Internal error' },
  upstream_error: { status: 502, message: 'The model provider answered with an error.' },
  unavailable: { status: 503, message: 'The service is busy. Try again shortly.' },
  upstream_timeout: { status: 504, message: 'The model provider did not answer in time.' },
} as const;

export type ErrorCode = keyof typeof ERRORS;

/** What a caller sees, everywhere outside `/v1/*`. */
export interface ErrorBody {
  error: { code: ErrorCode; message: string; requestId: string; details?: unknown };
}

export interface GatewayErrorOptions {
  /** Public and safe to show; JSON-serialisable. */
  details?: unknown;
  /** Seconds until a retry can succeed; sent as `Retry-After`. */
  retryAfterSeconds?: number;
  /** Private: logged, never shown. */
  cause?: unknown;
}

/** An error that a caller may see. Anything else that is thrown becomes `internal`. */
export class GatewayError extends Error {
  readonly code: ErrorCode;
  readonly details: unknown;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, message?: string, options: GatewayErrorOptions = {}) {
    super(
      message ?? ERRORS[code].message,
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    this.name = 'GatewayError';
    this.code = code;
    this.details = options.details;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }

  get status(): number {
    return ERRORS[this.code].status;
  }

  toBody(requestId: string): ErrorBody {
    const { code, message, details } = this;
    return { error: { code, message, requestId, ...(details === undefined ? {} : { details }) } };
  }
}

/** Turns whatever was thrown into an error that is safe to show; the original stays as `cause` for the log. */
export function toGatewayError(thrown: unknown): GatewayError {
  return thrown instanceof GatewayError ? thrown : new GatewayError('internal', undefined, { cause: thrown });
}
