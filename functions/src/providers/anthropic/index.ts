import type {
  CallContext,
  ChatEvent,
  ChatRequest,
  ChatResult,
  Provider,
  ProviderConnection,
  ProviderDefinition,
} from '../contract.ts';
import { endpoint } from '../endpoint.ts';
import { foldStream, UNSTREAMED_TOKENS } from '../fold.ts';
import { FREE } from '../free.ts';
import { callOptions } from '../sdk-options.ts';
import { assertWanted, type SdkErrors, toUpstreamError } from '../upstream-error.ts';
import { bound } from './bound.ts';
import { anthropicSdk } from './client.ts';
import { ANTHROPIC_ERROR_KINDS } from './errors.ts';
import { fromStream } from './from-stream.ts';
import { fromWire } from './from-wire.ts';
import { messagesBound } from './messages-bound.ts';
import { messagesMeter } from './messages-meter.ts';
import { ANTHROPIC_MODELS } from './models.ts';
import { toWire } from './to-wire.ts';

const ID = 'anthropic';
const NAME = 'Anthropic';

export const anthropic: ProviderDefinition = {
  id: ID,
  name: NAME,
  models: ANTHROPIC_MODELS,
  sandboxPath: '/anthropic',
  connect,
};

function connect(connection: ProviderConnection): Provider {
  const load = anthropicSdk(connection);
  const failure = (thrown: unknown, sdk: SdkErrors, { signal }: CallContext) =>
    toUpstreamError(thrown, { provider: ID, sdk, signal, kinds: ANTHROPIC_ERROR_KINDS });

  async function generate(request: ChatRequest, context: CallContext): Promise<ChatResult> {
    if (request.maxTokens > UNSTREAMED_TOKENS) return foldStream(stream(request, context));
    const { client, errors } = await load();
    assertWanted(context, ID);
    try {
      const call = client.messages.create({ ...toWire(request), stream: false }, callOptions(context));
      const { data, request_id } = await call.withResponse();
      return fromWire(data, request_id);
    } catch (thrown) {
      throw failure(thrown, errors, context);
    }
  }

  async function* stream(request: ChatRequest, context: CallContext): AsyncGenerator<ChatEvent, void> {
    const { client, errors } = await load();
    assertWanted(context, ID);
    try {
      const call = client.messages.create({ ...toWire(request), stream: true }, callOptions(context));
      const { data, request_id } = await call.withResponse();
      yield { type: 'start', ...(typeof request_id === 'string' ? { upstreamRequestId: request_id } : {}) };
      // Where the SDK ends an aborted stream as if it were over, `message_stop` is missing and fromStream throws.
      yield* fromStream(data);
    } catch (thrown) {
      throw failure(thrown, errors, context);
    }
  }

  const host = { provider: ID, load, kinds: ANTHROPIC_ERROR_KINDS, requestIdHeader: 'request-id' };
  const endpoints = {
    messages: endpoint(host, '/v1/messages', { bound: messagesBound, meter: messagesMeter }),
    countTokens: endpoint(host, '/v1/messages/count_tokens', FREE),
  };
  return { id: ID, name: NAME, models: ANTHROPIC_MODELS, endpoints, bound, generate, stream };
}
