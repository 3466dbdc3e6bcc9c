import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';

/** A request to one provider, after the layout of the URL is resolved and the body is parsed. */
export interface ProviderRequest {
  method: string;
  /** Without the provider's segment: `/v1/messages`. */
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  /** Parsed JSON, or a form likewise (multipart.ts); undefined without a body. */
  body: unknown;
  /** The provider's own id of this request, as its headers and error bodies name it. */
  upstreamRequestId: string;
}

export interface JsonReply {
  kind: 'json';
  status: number;
  body: unknown;
  headers?: OutgoingHttpHeaders;
}

/** One server-sent event. A string goes out as it is, everything else as JSON. */
export interface StreamEvent {
  event?: string;
  data: unknown;
  /** Waits before it, at the sandbox's pace. */
  paced?: true;
}

export interface StreamReply {
  kind: 'stream';
  events: Iterable<StreamEvent>;
}

export type ReplyContent = JsonReply | StreamReply;

/** What the prompt asked of the delivery: a pace, or a fault for this request alone. */
export interface Delivery {
  delayMs?: number | undefined;
  fault?: Record<string, string> | undefined;
}

export type Reply = ReplyContent & { delivery?: Delivery };

/** Thrown to answer with an error of the provider's. */
export class ReplyError extends Error {
  override name = 'ReplyError';
  readonly reply: JsonReply;

  constructor(reply: JsonReply) {
    super(`status ${reply.status}`);
    this.reply = reply;
  }
}

/** The failures that any provider can have, each in that provider's own words. */
export interface ProviderFailures {
  rateLimited(requestId: string, retryAfterSeconds: number): JsonReply;
  serverError(requestId: string): JsonReply;
  overloaded(requestId: string): JsonReply;
  /** Also for a wrong directive in a prompt. */
  invalid(requestId: string, message: string): JsonReply;
  /** The body is not JSON. */
  unparsable(requestId: string): JsonReply;
  tooLarge(requestId: string): JsonReply;
  /** A fault that the service reports inside a stream that began well, after `sent` events. */
  errorEvent(request: ProviderRequest, sent: number): StreamEvent;
  /** A mid-stream event whose JSON is broken, as it goes over the wire. */
  malformedEvent(request: ProviderRequest): string;
}

/** One provider's wire formats. A further provider is one folder with one of these, and a line in server.ts. */
export interface SandboxProvider {
  id: string;
  /** Whether a request without the provider's segment in its URL is for this one. */
  claims(path: string, headers: IncomingHttpHeaders): boolean;
  newRequestId(): string;
  /** Headers of every answer: the request id, rate limits and the like. */
  headers(requestId: string, elapsedMs: number): OutgoingHttpHeaders;
  /** The model that a request is to, where it is not its body's `model`. */
  modelOf?(request: ProviderRequest): string | undefined;
  /** @throws {ReplyError | DirectiveError} */
  respond(request: ProviderRequest, settings: ProviderSettings): Reply | Promise<Reply>;
  failures: ProviderFailures;
}

export interface ProviderSettings {
  /** Tokens in one streamed event. */
  tokensPerChunk: number;
}
