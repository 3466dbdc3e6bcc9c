import { objectIn, optionalObject } from '../../../providers/wire.ts';

const SERVER_ERRORS: readonly unknown[] = ['api_error', 'overloaded_error', 'timeout_error'];

/** A refusal of Anthropic's in the shape of OpenAI's: its words, and its type as the code. */
export function openAiRefusal(body: Uint8Array, status: number): object {
  const { type, message } = optionalObject(objectIn(Buffer.from(body).toString('utf8'))?.['error']) ?? {};
  const code = typeof type === 'string' ? type : null;
  const own = SERVER_ERRORS.includes(code) ? 'server_error' : code;
  return {
    error: {
      message: typeof message === 'string' ? message : 'The provider refused the request.',
      type: own ?? (status >= 500 ? 'server_error' : 'invalid_request_error'),
      param: null,
      code,
    },
  };
}
