import type { ErrorKinds } from '../upstream-error.ts';

/** What a response says of itself that fails for what was asked; the others may go well the next time. */
const OF_THE_REQUEST = [
  'invalid_prompt',
  'data_residency_mismatch',
  'bio_policy',
  'misalignment_policy_violation',
  'invalid_image',
  'invalid_image_format',
  'invalid_base64_image',
  'invalid_image_url',
  'image_too_large',
  'image_too_small',
  'image_parse_error',
  'image_content_policy_violation',
  'invalid_image_mode',
  'image_file_too_large',
  'unsupported_image_media_type',
  'empty_image_file',
  'image_file_not_found',
];

/** Source: https://developers.openai.com/api/docs/guides/error-codes, and `ResponseError` of the SDK. */
export const OPENAI_ERROR_KINDS: ErrorKinds = {
  codes: {
    // Both come as a 429 that no waiting cures.
    insufficient_quota: 'unauthenticated',
    billing_hard_limit_reached: 'unauthenticated',
    rate_limit_exceeded: 'rate_limited',
    ...Object.fromEntries(OF_THE_REQUEST.map((code) => [code, 'invalid_request'] as const)),
  },
  types: {
    invalid_request_error: 'invalid_request',
    rate_limit_error: 'rate_limited',
    requests: 'rate_limited',
    tokens: 'rate_limited',
    server_error: 'server_error',
  },
};
