import type { CallContext, Endpoint, RawRequest } from '../contract.ts';
import { refusalOf } from '../keep-refusals.ts';
import { assertWanted } from '../upstream-error.ts';
import type { GeminiCall } from './body.ts';
import { type GeminiSdk, keepAnswer, parametersOf } from './client.ts';
import { contentBound } from './content-bound.ts';
import { contentMeter } from './content-meter.ts';
import { geminiRefusal, toGeminiError } from './errors.ts';

/**
 * `generateContent`, and where the call says so `streamGenerateContent`. Its requests are what our converters make,
 * a `GeminiCall`; the SDK sends them, and its answer is taken before the SDK reads it.
 */
export function contentEndpoint(id: string, load: () => Promise<GeminiSdk>): Endpoint {
  async function send({ body }: RawRequest, context: CallContext): Promise<Response> {
    const { client, ApiError } = await load();
    assertWanted(context, id);
    const { model, stream, ...request } = JSON.parse(Buffer.from(body).toString('utf8')) as GeminiCall;
    const parameters = parametersOf(model, request, context, keepAnswer(context.signal));
    try {
      if (stream) await client.models.generateContentStream(parameters);
      else await client.models.generateContent(parameters);
    } catch (thrown) {
      const answered = refusalOf(thrown);
      if (answered) return answered;
      throw await toGeminiError(thrown, context.signal, ApiError);
    }
    throw new Error('The SDK answered without a request');
  }
  return { bound: contentBound, meter: contentMeter, send, refusal: geminiRefusal };
}
