import { describe, expect, it } from 'vitest';
import { ERRORS, type ErrorCode, GatewayError, toGatewayError } from './errors.ts';

describe('the table of errors', () => {
  it('is the contract’s', () => {
    const statuses = Object.entries(ERRORS).map(([code, { status }]) => [code, status]);
    expect(Object.fromEntries(statuses)).toEqual({
      invalid_request: 400,
      unauthenticated: 401,
      budget_exceeded: 402,
      forbidden: 403,
      not_found: 404,
      conflict: 409,
      payload_too_large: 413,
      unsupported_media_type: 415,
      unprocessable: 422,
      rate_limited: 429,
      internal: 500,
      upstream_error: 502,
      unavailable: 503,
      upstream_timeout: 504,
    });
  });

  it.each(Object.keys(ERRORS) as ErrorCode[])('%s says something by itself', (code) => {
    const error = new GatewayError(code);
    expect(error.toBody('req_1')).toEqual({
      error: { code, message: ERRORS[code].message, requestId: 'req_1' },
    });
    expect(error.status).toBe(ERRORS[code].status);
  });
});

describe('a GatewayError', () => {
  it('shows its message and details, never its cause', () => {
    const cause = new Error('postgres://root:hunter2@db');
    const error = new GatewayError('conflict', 'Taken.', { details: { field: 'email' }, cause });
    expect(error.toBody('req_1')).toEqual({
      error: { code: 'conflict', message: 'Taken.', requestId: 'req_1', details: { field: 'email' } },
    });
    expect(error.cause).toBe(cause);
  });
});

describe('toGatewayError', () => {
  it('leaves one as it is', () => {
    const error = new GatewayError('not_found');
    expect(toGatewayError(error)).toBe(error);
  });

  it.each([
    new Error('secret'),
    new TypeError('secret'),
    'secret',
    undefined,
    { code: 'not_found', status: 404 },
  ])('says nothing of %s but that it is internal', (thrown) => {
    const error = toGatewayError(thrown);
    expect(error.toBody('req_1')).toEqual({
      error: { code: 'internal', message: 'Internal error', requestId: 'req_1' },
    });
    expect(error.cause).toBe(thrown);
  });
});
