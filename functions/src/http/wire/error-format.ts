import type { GatewayError } from '../../domain/errors.ts';

/** How a wire format tells an error of ours. */
export interface ErrorFormat {
  /** As an answer's body. */
  body(error: GatewayError, requestId: string): object;
  /** As the last event of a stream. */
  event(error: GatewayError, requestId: string): string;
}
