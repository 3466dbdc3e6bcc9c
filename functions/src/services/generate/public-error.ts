import { GatewayError } from '../../domain/errors.ts';
import type { UpstreamError } from '../../providers/contract.ts';
import type { Outcome } from './outcome.ts';

/** What a caller is told of a call that failed: the provider's status and when to come back, never its words. */
export function publicError(
  providerName: string,
  { error, givenUp }: Pick<Outcome, 'error' | 'givenUp'>,
): GatewayError {
  if (givenUp === 'deadline' || error?.kind === 'timeout') {
    return new GatewayError('upstream_timeout', `${providerName} did not finish in time.`, { cause: error });
  }
  if (error === undefined) return new GatewayError('internal');
  if (error.kind === 'invalid_request') {
    return new GatewayError('unprocessable', `${providerName} refused this request as invalid.`, {
      details: { upstreamStatus: error.status },
      cause: error,
    });
  }
  return new GatewayError('upstream_error', sentence(providerName, error), {
    ...(error.status !== undefined && { details: { upstreamStatus: error.status } }),
    ...(error.retryAfterSeconds !== undefined && { retryAfterSeconds: error.retryAfterSeconds }),
    cause: error,
  });
}

function sentence(name: string, error: UpstreamError): string {
  switch (error.kind) {
    case 'rate_limited':
      return `${name} is over its rate limit for this gateway.`;
    case 'overloaded':
      return `${name} is overloaded.`;
    case 'unauthenticated':
      return `${name} refused the gateway’s own credentials.`;
    case 'not_found':
      return `${name} does not know this model.`;
    case 'connection':
      return `The connection to ${name} failed or was cut.`;
    case 'malformed':
      return `${name} answered with something that is not its format.`;
    default:
      return `${name} answered with an error.`;
  }
}
