import type { ErrorCode, GatewayError } from '../../../domain/errors.ts';
import type { ErrorFormat } from '../error-format.ts';

/** Anthropic's `type` of an error, by our code: https://platform.claude.com/docs/en/api/errors. */
const TYPES: Partial<Record<ErrorCode, string>> = {
  unauthenticated: 'authentication_error',
  budget_exceeded: 'billing_error',
  forbidden: 'permission_error',
  not_found: 'not_found_error',
  payload_too_large: 'request_too_large',
  rate_limited: 'rate_limit_error',
  internal: 'api_error',
  upstream_error: 'api_error',
  unavailable: 'overloaded_error',
  upstream_timeout: 'timeout_error',
};

/** An error of ours in the shape of Anthropic's. */
export function anthropicError({ code, message }: GatewayError, requestId: string) {
  return {
    type: 'error',
    error: { type: TYPES[code] ?? 'invalid_request_error', message },
    request_id: requestId,
  };
}

export const anthropicErrors: ErrorFormat = {
  body: anthropicError,
  event: (error, requestId) => `event: error\ndata: ${JSON.stringify(anthropicError(error, requestId))}\n\n`,
};
