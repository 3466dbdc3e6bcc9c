import { objectIn, optionalObject } from '../../../providers/wire.ts';

/** A refusal of Anthropic's in the shape of OpenAI's: its words, and its type as the code. */
export function openAiRefusal(body: Uint8Array): object {
  const error = optionalObject(objectIn(Buffer.from(body).toString('utf8'))?.['error']) ?? {};
  const { type, message } = error;
  const code = typeof type === 'string' ? type : null;
  return {
    error: {
      message: typeof message === 'string' ? message : 'The provider refused the request.',
      type: code === 'api_error' || code === 'overloaded_error' ? 'server_error' : code,
      param: null,
      code,
    },
  };
}
