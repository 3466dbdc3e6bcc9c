import type { BillableBound } from '../domain/pricing.ts';
import type { TokenUsage, UsageUnits } from '../domain/usage.ts';
import type { ImageMaker } from './images.ts';
import type { VideoMaker } from './videos.ts';
import type { WireObject } from './wire.ts';

export type Capability =
  | 'chat'
  | 'streaming'
  | 'vision'
  | 'tools'
  | 'reasoning'
  | 'embeddings'
  | 'moderation'
  | 'images';

/** A model as the catalogue knows it; prices come from domain/pricing. */
export interface Model {
  id: string;
  name: string;
  contextWindow: number;
  /** 0 where its answers are no tokens. */
  maxOutputTokens: number;
  capabilities: readonly Capability[];
  /** Parameters of the simple body that this model refuses; they are left out and named in `warnings`. */
  unsupportedParameters: readonly 'temperature'[];
  /** It can't be made to call a tool: it refuses a choice but `auto` and `none`. */
  callsAtWill?: true;
  /** How it is asked to think, where that is not by an effort: within a budget of tokens. */
  thinking?: 'budget';
}

/** A part of what a user says. */
export type UserPart =
  | { type: 'text'; text: string }
  /** @property data base64 */
  | { type: 'image'; mediaType: string; data: string };

/** A tool that the model wants called. */
export interface ToolCall {
  id: string;
  name: string;
  /** The JSON text that the model wrote; a model may write JSON that is wrong. */
  arguments: string;
  /** What the provider wants back with the call, unread; Gemini's thought signature. */
  signature?: string | undefined;
}

export type ChatMessage =
  | { role: 'user'; content: string | UserPart[] }
  | { role: 'assistant'; content: string; toolCalls?: ToolCall[] | undefined }
  | { role: 'tool'; toolCallId: string; content: string };

export type JsonSchema = Readonly<Record<string, unknown>>;

export interface Tool {
  name: string;
  description?: string | undefined;
  /** The JSON Schema of its arguments. */
  parameters: JsonSchema;
}

export type ToolChoice = 'auto' | 'none' | 'required' | { name: string };

/** A request after validation: the model is resolved, `maxTokens` is always set. */
export interface ChatRequest {
  model: Model;
  system?: string;
  messages: ChatMessage[];
  maxTokens: number;
  temperature?: number;
  tools?: Tool[];
  toolChoice?: ToolChoice;
  /** The answer is to be JSON of this schema. */
  responseSchema?: { name: string; schema: JsonSchema };
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
  toolCalls?: ToolCall[];
  finishReason: FinishReason;
  /** Undefined where the provider reported none. */
  usage: TokenUsage | undefined;
  upstreamRequestId?: string;
}

/**
 * A stream is one `start` (the provider accepted the call), any number of `text`, `toolCallDelta`, `toolCall` and
 * `usage`, and one `finish`, after which nothing follows. A stream without its `finish` throws: it never just ends.
 * `usage` is cumulative, the last one counts. Only a `complete` one is the provider's final word; before that
 * the input side is exact, and `outputTokens` says merely that it was at least that much.
 */
export type ChatEvent =
  | { type: 'start'; upstreamRequestId?: string }
  | { type: 'text'; text: string }
  /** So many bytes have come of a call that is not whole yet: should the stream break now, they were written. */
  | { type: 'toolCallDelta'; bytes: number }
  /** A whole one. */
  | { type: 'toolCall'; toolCall: ToolCall }
  | { type: 'usage'; usage: TokenUsage; complete: boolean }
  | { type: 'finish'; finishReason: FinishReason };

/** Upper bounds in tokens of what a request can be billed for; see design.md, section 3. */
export type TokenBound = BillableBound;

/**
 * One provider. Implementations load their SDK on the first call, never retry by themselves, and throw
 * UpstreamError for whatever the provider or the network answers. Leaving a stream's loop early ends the call.
 */
export interface Provider {
  id: string;
  name: string;
  models: readonly Model[];
  /** Its own API, for requests that go out as they came. */
  endpoints: Partial<Record<EndpointName, Endpoint>>;
  bound(request: ChatRequest): TokenBound;
  generate(request: ChatRequest, context: CallContext): Promise<ChatResult>;
  stream(request: ChatRequest, context: CallContext): AsyncIterable<ChatEvent>;
  /** Absent: it makes no pictures. */
  images?: ImageMaker;
  /** Absent: it makes no videos. */
  videos?: VideoMaker;
}

/** The routes of the providers' own APIs; each is a wire format. */
export type EndpointName =
  | 'chatCompletions'
  | 'responses'
  | 'embeddings'
  | 'imageGenerations'
  | 'moderations'
  | 'messages'
  | 'countTokens'
  | 'generateContent'
  | 'generatePicture'
  | 'embedContents';

/** A request whose body reaches the provider byte for byte. */
export interface RawRequest {
  body: Uint8Array<ArrayBuffer>;
  /** Beside those that the SDK sets. */
  headers: Readonly<Record<string, string>>;
  query: Readonly<Record<string, string>>;
}

/** A bound, and the field of the request that it can't price, where there is one; see design.md, section 3. */
export type EndpointBound = TokenBound & { unpriced?: string };

/** How a provider's chat completions differ from OpenAI's own. */
export interface ChatDialect {
  /** How it calls the maximum of the output. */
  maximum: 'max_completion_tokens' | 'max_tokens';
  /** Fields of OpenAI's that it does not know: it is never sent them but by a client that asks it for them itself. */
  unknown: ReadonlySet<string>;
}

/** One route of a provider's own API. */
export interface Endpoint {
  /** Of chat completions; absent: OpenAI's own. */
  dialect?: ChatDialect;
  /**
   * @param body the outgoing JSON, parsed; its numbers that bound anything are integers
   * @param text the same, as it goes out
   */
  bound(body: WireObject, text: string, model: Model): EndpointBound;
  /** Answers whatever the provider answers, refusals too. @throws UpstreamError where it does not answer. */
  send(request: RawRequest, context: CallContext): Promise<Response>;
  /** What a refusal amounts to. @param body of the response, as it came */
  refusal(response: Response, body: Uint8Array): UpstreamError;
  /** What an event amounts to that says that the stream has failed. @param data of the event */
  failure(data: string): UpstreamError;
  /** Reads one answer alongside. */
  meter(): Meter;
}

/**
 * What an event of a stream is: `usage` reports it and nothing else, `end` is the last one, `error` says in the
 * provider's format that the stream failed.
 */
export type EventKind = 'content' | 'usage' | 'end' | 'error' | 'other';

/** Reads an answer that is passed on, for its usage; takes whatever comes, and never throws. */
export interface Meter {
  /** @param bytes of the answer, should it hold no usage */
  answer(body: unknown, bytes: number): void;
  event(data: string): EventKind;
  reading(): MeterReading;
}

export interface MeterReading {
  usage: TokenUsage | undefined;
  /** Whether `usage` is the provider's final word. */
  usageComplete: boolean;
  /** Set once the answer is whole. */
  finishReason: FinishReason | undefined;
  /** Bytes of the answer's own text so far; no token is shorter than one. */
  seenBytes: number;
  /** What it took beside tokens. */
  units?: UsageUnits;
}

/** What is known of a provider without a connection to it. */
export interface ProviderDefinition {
  id: string;
  name: string;
  /** models[0] is the chat model to suggest. */
  models: readonly Model[];
  /** It runs on machines of the team's own: nobody bills its tokens. */
  selfHosted?: true;
  /** Where the local sandbox answers in this provider's format, as its SDK takes it for a base URL. */
  sandboxPath: `/${string}`;
  connect(connection: ProviderConnection): Provider;
}

/** How a provider is reached; made by config, bound to the adapter by the registry. */
export interface ProviderConnection {
  apiKey: string;
  /** Undefined: the SDK's own default. */
  baseUrl: string | undefined;
  /** Whether the base URL is the local sandbox. */
  sandbox: boolean;
  /** How long a call may take; absent: no longer than Node's `fetch` waits. */
  longestCallMs?: number;
}

/**
 * - rate_limited, overloaded: try again later, `retryAfterSeconds` says when if the provider did
 * - invalid_request: this request will never do (400, 409, 413, 422)
 * - unauthenticated: the provider refuses our account: key, permission, quota or billing
 * - not_found: unknown model or route
 * - server_error: 5xx
 * - connection: unreachable, or cut before the end of the answer
 * - malformed: an answer that is not of the provider's format
 * - timeout: the provider or the network gave up waiting
 * - aborted: our own signal; its reason tells a deadline from a client that left
 */
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

export interface UpstreamErrorDetails {
  /** The provider's HTTP status, where it answered with one. */
  status?: number | undefined;
  retryAfterSeconds?: number | undefined;
  upstreamRequestId?: string | undefined;
  /** False where the request never left, so that the provider can't have worked. Absent: it may have. */
  sent?: boolean | undefined;
  /** What `generate` knew of the usage when it failed; as in an incomplete `usage` event. */
  partialUsage?: TokenUsage | undefined;
}

/**
 * A provider's failure in terms the pipeline can decide on. The message is private, made of codes alone: it
 * holds no text of the provider's, which may quote keys and prompts; for the same reason there is no `cause`.
 */
export class UpstreamError extends Error {
  readonly kind: UpstreamErrorKind;
  readonly status: number | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly upstreamRequestId: string | undefined;
  readonly sent: boolean;
  readonly partialUsage: TokenUsage | undefined;

  constructor(kind: UpstreamErrorKind, message: string, details: UpstreamErrorDetails = {}) {
    super(message);
    this.name = 'UpstreamError';
    this.kind = kind;
    this.status = details.status;
    this.retryAfterSeconds = details.retryAfterSeconds;
    this.upstreamRequestId = details.upstreamRequestId;
    this.sent = details.sent ?? true;
    this.partialUsage = details.partialUsage;
  }
}
