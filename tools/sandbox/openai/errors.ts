import type { JsonReply, ProviderFailures, StreamEvent } from '../provider.ts';
import { ReplyError } from '../provider.ts';

interface ErrorFields {
  type?: string;
  param?: string | null;
  code?: string | null;
}

/** OpenAI's error body. */
export function errorReply(status: number, message: string, fields: ErrorFields = {}): JsonReply {
  const { type = 'invalid_request_error', param = null, code = null } = fields;
  return { kind: 'json', status, body: { error: { message, type, param, code } } };
}

/** Answers 400, naming the parameter. */
export function refuse(message: string, param: string | null, code: string | null): never {
  throw new ReplyError(errorReply(400, message, { param, code }));
}

export function unknownModel(model: string): never {
  throw new ReplyError(
    errorReply(404, `The model \`${model}\` does not exist or you do not have access to it.`, {
      code: 'model_not_found',
    }),
  );
}

export function unknownUrl(method: string, path: string): JsonReply {
  return errorReply(404, `Invalid URL (${method} ${path})`);
}

const SERVER_ERROR = 'The server had an error while processing your request. Sorry about that!';

export const failures: ProviderFailures = {
  rateLimited(_, retryAfterSeconds) {
    const reply = errorReply(
      429,
      `Rate limit reached in organization org-sandbox on requests per min (RPM): Limit 10000, Used 10000, Requested 1. Please try again in ${retryAfterSeconds}s.`,
      { type: 'requests', code: 'rate_limit_exceeded' },
    );
    return {
      ...reply,
      headers: {
        'retry-after': String(retryAfterSeconds),
        'retry-after-ms': String(retryAfterSeconds * 1000),
        'x-ratelimit-remaining-requests': '0',
        'x-ratelimit-reset-requests': `${retryAfterSeconds}s`,
      },
    };
  },
  serverError: () => errorReply(500, SERVER_ERROR, { type: 'server_error' }),
  overloaded: () =>
    errorReply(503, 'The engine is currently overloaded, please try again later', { type: 'server_error' }),
  invalid: (_, message) => errorReply(400, message),
  unparsable: () =>
    errorReply(
      400,
      'We could not parse the JSON body of your request. The OpenAI API expects a JSON payload, but what was sent was not valid JSON.',
    ),
  tooLarge: () => errorReply(413, 'Request body too large.'),
  errorEvent({ path }, sent): StreamEvent {
    const error = { message: SERVER_ERROR, type: 'server_error', param: null, code: null };
    if (!path.endsWith('/responses')) return { data: { error } };
    const data = { type: 'error', error: { ...error, code: 'server_error' }, sequence_number: sent };
    return { event: 'error', data };
  },
  malformedEvent: ({ path }) =>
    path.endsWith('/responses')
      ? 'event: response.output_text.delta\ndata: {"type":"response.output_text.delta","delta":"unfini\n\n'
      : 'data: {"id":"chatcmpl-sandbox","object":"chat.completion.chunk","choices":[{"index":0,"del\n\n',
};
