import { objectIn, optionalObject } from '../../../providers/wire.ts';

/** OpenAI's `type` of an error, by its status: https://developers.openai.com/api/docs/guides/error-codes. */
const TYPES: Readonly<Record<number, string>> = { 429: 'rate_limit_error' };

/** A refusal of Google's in the shape of OpenAI's: its words, and its status as the code. */
export function openAiRefusalOfGemini(body: Uint8Array, status: number): object {
  const error = optionalObject(objectIn(Buffer.from(body).toString('utf8'))?.['error']) ?? {};
  const { message, status: code } = error;
  return {
    error: {
      message: typeof message === 'string' ? message : 'The provider refused the request.',
      type: TYPES[status] ?? (status >= 500 ? 'server_error' : 'invalid_request_error'),
      param: null,
      code: typeof code === 'string' ? code.toLowerCase() : null,
    },
  };
}
