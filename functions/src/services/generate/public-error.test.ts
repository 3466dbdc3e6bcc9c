import { describe, expect, it } from 'vitest';
import {
  UpstreamError,
  type UpstreamErrorDetails,
  type UpstreamErrorKind,
} from '../../providers/contract.ts';
import type { Outcome } from './outcome.ts';
import { publicError } from './public-error.ts';

const failed = (error: UpstreamError | undefined, givenUp?: Outcome['givenUp']): Outcome => ({
  seenBytes: 0,
  finishReason: undefined,
  usage: undefined,
  usageComplete: false,
  started: false,
  error,
  givenUp,
  latencyMs: 1,
  timeToFirstTokenMs: undefined,
  upstreamRequestId: undefined,
});
const from = (kind: UpstreamErrorKind, details?: UpstreamErrorDetails) =>
  publicError('OpenAI', failed(new UpstreamError(kind, 'private words', details)));

describe('what a caller is told', () => {
  it.each<[UpstreamErrorKind, string, string]>([
    ['rate_limited', 'upstream_error', 'OpenAI is over its rate limit for this gateway.'],
    ['overloaded', 'upstream_error', 'OpenAI is overloaded.'],
    ['unauthenticated', 'upstream_error', 'OpenAI refused the gateway’s own credentials.'],
    ['not_found', 'upstream_error', 'OpenAI does not know this model.'],
    ['server_error', 'upstream_error', 'OpenAI answered with an error.'],
    ['connection', 'upstream_error', 'The connection to OpenAI failed or was cut.'],
    ['malformed', 'upstream_error', 'OpenAI answered with something that is not its format.'],
    ['invalid_request', 'unprocessable', 'OpenAI refused this request as invalid.'],
    ['timeout', 'upstream_timeout', 'OpenAI did not finish in time.'],
  ])('of %s: %s', (kind, code, message) => {
    const error = from(kind, { status: 418 });
    expect(error).toMatchObject({ code, message });
    expect(JSON.stringify(error.toBody('req_1'))).not.toContain('private words');
  });

  it('is the provider’s status and when to come back', () => {
    const error = from('rate_limited', { status: 429, retryAfterSeconds: 7 });
    expect(error).toMatchObject({ details: { upstreamStatus: 429 }, retryAfterSeconds: 7 });
    expect(from('connection')).toMatchObject({ details: undefined, retryAfterSeconds: undefined });
  });

  it('is that our own deadline passed, whatever the abort looked like', () => {
    const aborted = new UpstreamError('aborted', 'aborted');
    expect(publicError('OpenAI', failed(aborted, 'deadline'))).toMatchObject({ code: 'upstream_timeout' });
  });

  it('is nothing of a fault of ours', () => {
    expect(publicError('OpenAI', failed(undefined)).toBody('req_1').error).toEqual({
      code: 'internal',
      message: 'Internal error',
      requestId: 'req_1',
    });
  });
});
