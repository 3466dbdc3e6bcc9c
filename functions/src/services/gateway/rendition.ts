import type { GatewayError } from '../../domain/errors.ts';
import type { EventKind, UpstreamError } from '../../providers/contract.ts';
import type { SseEvent } from '../../providers/sse.ts';

/** How what a provider answers looks to the client. */
export interface Rendition {
  /** A success that was not streamed. @param json the same, parsed */
  whole(body: Uint8Array, json: unknown): Uint8Array | Promise<Uint8Array>;
  /** One event; undefined: the client doesn't get it. @param failure what it amounts to, where it is an error */
  event(event: SseEvent, kind: EventKind, failure?: UpstreamError): Uint8Array | undefined;
  /** What is added to the end of a stream that ended well. */
  end?(): Uint8Array;
  /** A provider's refusal. */
  refusal(body: Uint8Array, error: UpstreamError): Uint8Array;
  /** An error of ours: as an answer's body, and as the last event of a stream. */
  problem(error: GatewayError): object;
  failure(error: GatewayError): Uint8Array;
}
