import type { TokenUsage } from '../domain/usage.ts';

export type Capability = 'chat' | 'streaming' | 'vision' | 'tools' | 'reasoning';

/** A model as the catalogue knows it; prices come from domain/pricing. */
export interface Model {
  id: string;
  name: string;
  contextWindow: number;
  maxOutputTokens: number;
  capabilities: readonly Capability[];
  /** Parameters of the simple body that this model refuses; they are left out and named in `warnings`. */
  unsupportedParameters: readonly 'temperature'[];
}

export interface ChatMessage {
  role: 'user' | 'assistant';
  content: string;
}

/** A request after validation: the model is resolved, `maxTokens` is always set. */
export interface ChatRequest {
  model: Model;
  system?: string;
  messages: ChatMessage[];
  maxTokens: number;
  temperature?: number;
}

export type FinishReason = 'stop' | 'length' | 'tool_calls' | 'content_filter' | 'unknown';

export interface CallContext {
  /** Sent upstream as `X-Request-Id`. */
  requestId: string;
  /** Aborts on the deadline or when nobody wants the answer any more. */
  signal: AbortSignal;
}

export interface ChatResult {
  content: string;
  finishReason: FinishReason;
  /** Undefined where the provider reported none. */
  usage: TokenUsage | undefined;
  upstreamRequestId?: string;
}

/** A stream is any number of `text`, `usage` (cumulative, the last one counts) and at most one `finish`. */
export type ChatEvent =
  | { type: 'text'; text: string }
  | { type: 'usage'; usage: TokenUsage }
  | { type: 'finish'; finishReason: FinishReason };

/** Upper bounds in tokens of what a request can be billed for; see design.md, section 3. */
export interface TokenBound {
  inputTokens: number;
  outputTokens: number;
}

/**
 * One provider. Implementations load their SDK on the first call, never retry by themselves, and throw
 * UpstreamError for whatever the provider or the network answers.
 */
export interface Provider {
  id: string;
  name: string;
  models: readonly Model[];
  bound(request: ChatRequest): TokenBound;
  generate(request: ChatRequest, context: CallContext): Promise<ChatResult>;
  stream(request: ChatRequest, context: CallContext): AsyncIterable<ChatEvent>;
}

/** How a provider is reached; made by config, bound to the adapter by the registry. */
export interface ProviderConnection {
  apiKey: string;
  /** Undefined: the SDK's own default. */
  baseUrl: string | undefined;
  /** Whether the base URL is the local sandbox. */
  sandbox: boolean;
}

export type UpstreamErrorKind =
  | 'rate_limited'
  | 'overloaded'
  | 'invalid_request'
  | 'unauthenticated'
  | 'not_found'
  | 'server_error'
  | 'connection'
  | 'malformed'
  | 'timeout'
  | 'aborted';

/** A provider's failure in terms the pipeline can decide on. The message is private. */
export class UpstreamError extends Error {
  readonly kind: UpstreamErrorKind;
  readonly status: number | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    kind: UpstreamErrorKind,
    message: string,
    options: { status?: number | undefined; retryAfterSeconds?: number | undefined; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'UpstreamError';
    this.kind = kind;
    this.status = options.status;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}
