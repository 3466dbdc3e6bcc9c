import type { ErrorKinds } from '../upstream-error.ts';

/** Source: https://platform.claude.com/docs/en/api/errors. */
export const ANTHROPIC_ERROR_KINDS: ErrorKinds = {
  codes: {},
  types: {
    invalid_request_error: 'invalid_request',
    request_too_large: 'invalid_request',
    authentication_error: 'unauthenticated',
    billing_error: 'unauthenticated',
    permission_error: 'unauthenticated',
    not_found_error: 'not_found',
    rate_limit_error: 'rate_limited',
    timeout_error: 'timeout',
    overloaded_error: 'overloaded',
    api_error: 'server_error',
  },
};
