import type {
  CallContext,
  ChatEvent,
  ChatRequest,
  ChatResult,
  Provider,
  ProviderConnection,
  ProviderDefinition,
} from '../contract.ts';
import { foldStream, UNSTREAMED_TOKENS } from '../fold.ts';
import { assertWanted } from '../upstream-error.ts';
import { bound } from './bound.ts';
import { geminiSdk, parametersOf } from './client.ts';
import { contentEndpoint, embedEndpoint, pictureEndpoint } from './endpoint.ts';
import { toGeminiError } from './errors.ts';
import { fromStream } from './from-stream.ts';
import { fromWire } from './from-wire.ts';
import { geminiImages } from './images.ts';
import { GEMINI_MODELS } from './models.ts';
import { toWire } from './to-wire.ts';

const ID = 'gemini';
const NAME = 'Google Gemini';

export const gemini: ProviderDefinition = {
  id: ID,
  name: NAME,
  models: GEMINI_MODELS,
  sandboxPath: '/gemini',
  connect,
};

function connect(connection: ProviderConnection): Provider {
  const load = geminiSdk(connection);

  async function generate(request: ChatRequest, context: CallContext): Promise<ChatResult> {
    if (request.maxTokens > UNSTREAMED_TOKENS) return foldStream(stream(request, context));
    const { client, ApiError } = await load();
    assertWanted(context, ID);
    try {
      return fromWire(await client.models.generateContent(parameters(request, context)));
    } catch (thrown) {
      throw await toGeminiError(thrown, context.signal, ApiError);
    }
  }

  async function* stream(request: ChatRequest, context: CallContext): AsyncGenerator<ChatEvent, void> {
    const { client, ApiError } = await load();
    assertWanted(context, ID);
    // The SDK lets go of the answer of a reader who leaves, and Google would write on.
    const left = new AbortController();
    const signal = AbortSignal.any([context.signal, left.signal]);
    try {
      const asked = parameters(request, { ...context, signal });
      yield* fromStream(await client.models.generateContentStream(asked));
    } catch (thrown) {
      throw await toGeminiError(thrown, context.signal, ApiError);
    } finally {
      left.abort();
    }
  }

  const endpoints = {
    generateContent: contentEndpoint(ID, load),
    generatePicture: pictureEndpoint(ID, load),
    embedContents: embedEndpoint(ID, load),
  };
  const images = geminiImages(ID, load);
  return { id: ID, name: NAME, models: GEMINI_MODELS, endpoints, bound, generate, stream, images };
}

function parameters(request: ChatRequest, context: CallContext) {
  return parametersOf(request.model.id, toWire(request), context);
}
