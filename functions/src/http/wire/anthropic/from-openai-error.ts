import { objectIn, optionalObject } from '../../../providers/wire.ts';

/** Anthropic's `type` of an error, by its status: https://platform.claude.com/docs/en/api/errors. */
const TYPES: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  503: 'overloaded_error',
  504: 'timeout_error',
  529: 'overloaded_error',
};

/** A refusal of OpenAI's in the shape of Anthropic's: its words, its status as the type. */
export function anthropicRefusal(body: Uint8Array, status: number, requestId: string): object {
  const said = objectIn(Buffer.from(body).toString('utf8'));
  // Mistral's and vLLM's have no object around them.
  const { message } = optionalObject(said?.['error']) ?? said ?? {};
  return {
    type: 'error',
    error: {
      type: TYPES[status] ?? (status >= 500 ? 'api_error' : 'invalid_request_error'),
      message: typeof message === 'string' ? message : 'The provider refused the request.',
    },
    request_id: requestId,
  };
}
