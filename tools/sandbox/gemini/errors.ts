import { type JsonReply, type ProviderFailures, ReplyError } from '../provider.ts';

/** The names of google.rpc.Code that the service answers with. */
type Status =
  | 'INVALID_ARGUMENT'
  | 'PERMISSION_DENIED'
  | 'NOT_FOUND'
  | 'RESOURCE_EXHAUSTED'
  | 'INTERNAL'
  | 'UNAVAILABLE';

/** Google's error body: a google.rpc.Status. */
export function errorReply(code: number, status: Status, message: string, details?: object[]): JsonReply {
  return {
    kind: 'json',
    status: code,
    body: { error: { code, message, status, ...(details && { details }) } },
  };
}

export function refuse(message: string): never {
  throw new ReplyError(errorReply(400, 'INVALID_ARGUMENT', message));
}

export function unknownModel(model: string, method: string): never {
  throw new ReplyError(
    errorReply(
      404,
      'NOT_FOUND',
      `models/${model} is not found for API version v1, or is not supported for ${method}. Call ModelService.ListModels to see the list of available models and their supported methods.`,
    ),
  );
}

const OVERLOADED = 'The model is overloaded. Please try again later.';

export const failures: ProviderFailures = {
  rateLimited: (_, retryAfterSeconds) =>
    errorReply(
      429,
      'RESOURCE_EXHAUSTED',
      `You exceeded your current quota, please check your plan and billing details. Please retry in ${retryAfterSeconds}s.`,
      [
        {
          '@type': 'type.googleapis.com/google.rpc.QuotaFailure',
          violations: [{ quotaMetric: 'generativelanguage.googleapis.com/generate_content_requests' }],
        },
        { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: `${retryAfterSeconds}s` },
      ],
    ),
  serverError: () => errorReply(500, 'INTERNAL', 'An internal error has occurred. Please retry.'),
  overloaded: () => errorReply(503, 'UNAVAILABLE', OVERLOADED),
  invalid: (_, message) => errorReply(400, 'INVALID_ARGUMENT', message),
  unparsable: () => errorReply(400, 'INVALID_ARGUMENT', 'Invalid JSON payload received. Unexpected token.'),
  tooLarge: () => errorReply(400, 'INVALID_ARGUMENT', 'Request payload size exceeds the limit.'),
  errorEvent: () => ({ data: errorReply(503, 'UNAVAILABLE', OVERLOADED).body }),
  malformedEvent: () => 'data: {"candidates": [{"content": {"parts": [{"text": "unfini\n\n',
};
