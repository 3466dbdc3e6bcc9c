import type { ErrorKinds } from '../upstream-error.ts';

/** Source: https://developers.openai.com/api/docs/guides/error-codes. */
export const OPENAI_ERROR_KINDS: ErrorKinds = {
  codes: {
    // Both come as a 429 that no waiting cures.
    insufficient_quota: 'unauthenticated',
    billing_hard_limit_reached: 'unauthenticated',
  },
  types: {
    invalid_request_error: 'invalid_request',
    rate_limit_error: 'rate_limited',
    requests: 'rate_limited',
    tokens: 'rate_limited',
    server_error: 'server_error',
  },
};
