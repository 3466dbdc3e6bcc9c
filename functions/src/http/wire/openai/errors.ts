import type { ErrorCode, GatewayError } from '../../../domain/errors.ts';
import type { ErrorFormat } from '../error-format.ts';

/** OpenAI's `type` of an error, by our code: https://developers.openai.com/api/docs/guides/error-codes. */
const TYPES: Partial<Record<ErrorCode, string>> = {
  unauthenticated: 'authentication_error',
  budget_exceeded: 'insufficient_quota',
  forbidden: 'permission_error',
  rate_limited: 'rate_limit_error',
  internal: 'server_error',
  upstream_error: 'server_error',
  unavailable: 'server_error',
  upstream_timeout: 'server_error',
};

/** An error of ours in the shape of OpenAI's; `code` is ours. */
export function openAiError({ code, message, details }: GatewayError, requestId: string) {
  const field = (details as { field?: unknown } | undefined)?.field;
  return {
    error: {
      message: `${message} (request id: ${requestId})`,
      type: TYPES[code] ?? 'invalid_request_error',
      param: typeof field === 'string' ? field : null,
      code,
    },
  };
}

/** In a stream the SDK throws at data with an `error`. */
export const openAiErrors: ErrorFormat = {
  body: openAiError,
  event: (error, requestId) => `data: ${JSON.stringify(openAiError(error, requestId))}\n\n`,
};

/** https://developers.openai.com/api/docs/api-reference/responses-streaming/error */
export const responsesErrors: ErrorFormat = {
  body: openAiError,
  event(error, requestId) {
    const { message, code, param } = openAiError(error, requestId).error;
    return `event: error\ndata: ${JSON.stringify({ type: 'error', code, message, param })}\n\n`;
  },
};
