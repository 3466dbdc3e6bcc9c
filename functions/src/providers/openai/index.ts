import type {
  CallContext,
  ChatDialect,
  ChatEvent,
  ChatRequest,
  ChatResult,
  Endpoint,
  EndpointBound,
  EndpointName,
  Model,
  Provider,
  ProviderConnection,
  ProviderDefinition,
} from '../contract.ts';
import { endpoint } from '../endpoint.ts';
import { foldStream, UNSTREAMED_TOKENS } from '../fold.ts';
import { FREE } from '../free.ts';
import { callOptions } from '../sdk-options.ts';
import { assertWanted, type SdkErrors, toUpstreamError } from '../upstream-error.ts';
import type { WireObject } from '../wire.ts';
import { bound } from './bound.ts';
import { chatBound } from './chat-bound.ts';
import { chatMeter } from './chat-meter.ts';
import { openAiSdk } from './client.ts';
import { inDialect } from './dialect.ts';
import { embeddingsBound, embeddingsMeter } from './embeddings.ts';
import { OPENAI_ERROR_KINDS } from './errors.ts';
import { fromStream } from './from-stream.ts';
import { fromWire } from './from-wire.ts';
import { imagesApi } from './images-api.ts';
import { imagesBound, imagesMeter } from './images-endpoint.ts';
import { OPENAI_MODELS } from './models.ts';
import { responsesBound } from './responses-bound.ts';
import { responsesMeter } from './responses-meter.ts';
import { type OpenAiBody, STREAMED, toWire } from './to-wire.ts';
import { videosApi } from './videos.ts';

/** A provider that speaks OpenAI's chat completions; all that tells one from another. */
export interface OpenAiDialect {
  id: string;
  name: string;
  models: readonly Model[];
  /** Undefined: each deployment has its own. */
  baseUrl: string | undefined;
  /** Sent with each request. */
  extraBody?: Partial<OpenAiBody>;
  /** Absent: as OpenAI's. */
  chat?: ChatDialect;
  /** The most tokens that it adds to a request beyond what OpenAI's format adds. */
  overheadTokens?: number;
  /** Fields of its own that cost what no bound of tokens covers. */
  unpricedFields?: readonly string[];
  /** The header that takes the key; absent: `Authorization`, as a bearer token. */
  keyHeader?: string;
  /** The routes of OpenAI's API that it has; absent: chat completions alone. */
  routes?: readonly OpenAiRoute[];
  /** It runs on machines of the team's own: no key, and nobody bills its tokens. */
  selfHosted?: true;
  /** It has OpenAI's videos API. */
  videos?: true;
}

type OpenAiRoute = Extract<
  EndpointName,
  'chatCompletions' | 'responses' | 'embeddings' | 'imageGenerations' | 'moderations'
>;

export const openai = openAiCompatible({
  id: 'openai',
  name: 'OpenAI',
  models: OPENAI_MODELS,
  baseUrl: 'https://api.openai.com/v1',
  // Prices are those of the standard tier; without this a project's own default may be a dearer one.
  extraBody: { service_tier: 'default' },
  routes: ['chatCompletions', 'responses', 'embeddings', 'imageGenerations', 'moderations'],
  videos: true,
});

export function openAiCompatible(dialect: OpenAiDialect): ProviderDefinition {
  const { id, name, models, selfHosted } = dialect;
  return {
    id,
    name,
    models,
    ...(selfHosted && { selfHosted }),
    sandboxPath: '/openai/v1',
    connect: (connection) => connect(dialect, connection),
  };
}

function connect(dialect: OpenAiDialect, connection: ProviderConnection): Provider {
  const { id, name, models, extraBody, chat, routes = ['chatCompletions'] } = dialect;
  const load = openAiSdk(connection, dialect);
  const failure = (thrown: unknown, sdk: SdkErrors, { signal }: CallContext) =>
    toUpstreamError(thrown, { provider: id, sdk, signal, kinds: OPENAI_ERROR_KINDS });

  async function generate(request: ChatRequest, context: CallContext): Promise<ChatResult> {
    if (request.maxTokens > UNSTREAMED_TOKENS) return foldStream(stream(request, context));
    const { client, errors } = await load();
    assertWanted(context, id);
    try {
      const body = inDialect({ ...toWire(request, extraBody), stream: false } as const, chat);
      const call = client.chat.completions.create(body, callOptions(context));
      const { data, request_id } = await call.withResponse();
      return fromWire(data, request_id);
    } catch (thrown) {
      throw failure(thrown, errors, context);
    }
  }

  async function* stream(request: ChatRequest, context: CallContext): AsyncGenerator<ChatEvent, void> {
    const { client, errors } = await load();
    assertWanted(context, id);
    try {
      const body = inDialect({ ...toWire(request, extraBody), ...STREAMED }, chat);
      const call = client.chat.completions.create(body, callOptions(context));
      const { data, request_id } = await call.withResponse();
      yield { type: 'start', ...(request_id === null ? {} : { upstreamRequestId: request_id }) };
      for await (const event of fromStream(data)) {
        // The SDK ends an aborted stream as if it were over.
        if (event.type === 'finish') context.signal.throwIfAborted();
        yield event;
      }
    } catch (thrown) {
      throw failure(thrown, errors, context);
    }
  }

  const host = { provider: id, load, kinds: OPENAI_ERROR_KINDS, requestIdHeader: 'x-request-id' };
  const all: Record<OpenAiRoute, Endpoint> = {
    chatCompletions: {
      ...endpoint(host, '/chat/completions', {
        bound: (body, text, model) => widened(chatBound(body, text, model), dialect, body),
        meter: chatMeter,
      }),
      ...(chat && { dialect: chat }),
    },
    responses: endpoint(host, '/responses', { bound: responsesBound, meter: responsesMeter }),
    embeddings: endpoint(host, '/embeddings', { bound: embeddingsBound, meter: embeddingsMeter }),
    imageGenerations: endpoint(host, '/images/generations', { bound: imagesBound, meter: imagesMeter }),
    moderations: endpoint(host, '/moderations', FREE),
  };
  return {
    id,
    name,
    models,
    endpoints: Object.fromEntries(routes.map((route) => [route, all[route]])),
    bound: (request) => widened(bound(request, extraBody), dialect),
    generate,
    stream,
    ...(routes.includes('imageGenerations') && { images: imagesApi({ provider: id, load, failure }) }),
    ...(dialect.videos && { videos: videosApi({ provider: id, load, failure }) }),
  };
}

/** A bound by OpenAI's own format, with what a dialect adds to it. */
function widened<Bound extends EndpointBound>(
  bound: Bound,
  { overheadTokens = 0, unpricedFields = [] }: OpenAiDialect,
  body: WireObject = {},
): Bound {
  const unpriced = bound.unpriced ?? unpricedFields.find((name) => body[name] != null);
  const inputTokens = bound.inputTokens + overheadTokens;
  return { ...bound, inputTokens, ...(unpriced !== undefined && { unpriced }) };
}
