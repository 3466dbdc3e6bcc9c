import type { GoogleGenAI } from '@google/genai/web';
import type { CallContext, Endpoint, RawRequest } from '../contract.ts';
import { refusalOf } from '../keep-refusals.ts';
import { assertWanted } from '../upstream-error.ts';
import type { EmbedCall, GeminiCall } from './body.ts';
import { type GeminiSdk, httpOptionsOf, keepAnswer, parametersOf } from './client.ts';
import { contentBound, pictureBound } from './content-bound.ts';
import { contentMeter } from './content-meter.ts';
import { embedBound, embedMeter } from './embed.ts';
import { geminiFailure, geminiRefusal, toGeminiError } from './errors.ts';
import { pictureMeter } from './pictures.ts';

/** Asks the SDK for one call. Whatever it makes of the answer is not wanted; see `keepAnswer`. */
type Run<Call> = (client: GoogleGenAI, call: Call, context: CallContext) => Promise<unknown>;

/**
 * A method of Google's API. Its requests are what our converters make; the SDK sends them, and its answer is taken
 * before the SDK reads it.
 */
function endpoint<Call>(
  id: string,
  load: () => Promise<GeminiSdk>,
  run: Run<Call>,
  { bound, meter }: Pick<Endpoint, 'bound' | 'meter'>,
): Endpoint {
  async function send({ body }: RawRequest, context: CallContext): Promise<Response> {
    const { client, ApiError } = await load();
    assertWanted(context, id);
    try {
      await run(client, JSON.parse(Buffer.from(body).toString('utf8')) as Call, context);
    } catch (thrown) {
      const answered = refusalOf(thrown);
      if (answered) return answered;
      throw await toGeminiError(thrown, context.signal, ApiError);
    }
    throw new Error('The SDK answered without a request');
  }
  return { bound, meter, send, refusal: geminiRefusal, failure: geminiFailure };
}

const generate: Run<GeminiCall> = ({ models }, { model, stream, ...request }, context) => {
  const parameters = parametersOf(model, request, context, keepAnswer(context.signal));
  return stream ? models.generateContentStream(parameters) : models.generateContent(parameters);
};

/** `generateContent`, and where the call says so `streamGenerateContent`. */
export function contentEndpoint(id: string, load: () => Promise<GeminiSdk>): Endpoint {
  return endpoint(id, load, generate, { bound: contentBound, meter: contentMeter });
}

/** `generateContent` that makes a picture. */
export function pictureEndpoint(id: string, load: () => Promise<GeminiSdk>): Endpoint {
  return endpoint(id, load, generate, { bound: pictureBound, meter: pictureMeter });
}

/** `batchEmbedContents`. */
export function embedEndpoint(id: string, load: () => Promise<GeminiSdk>): Endpoint {
  const run: Run<EmbedCall> = ({ models }, { model, contents, outputDimensionality }, context) =>
    models.embedContent({
      model,
      contents,
      config: {
        ...(outputDimensionality !== undefined && { outputDimensionality }),
        abortSignal: context.signal,
        httpOptions: httpOptionsOf(context, keepAnswer(context.signal)),
      },
    });
  return endpoint(id, load, run, { bound: embedBound, meter: embedMeter });
}
