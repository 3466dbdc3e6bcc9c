import * as anthropicSdk from '@anthropic-ai/sdk';
import * as openAiSdk from 'openai';
import { describe, expect, it } from 'vitest';
import { ANTHROPIC_ERROR_KINDS } from './anthropic/errors.ts';
import { UpstreamError, type UpstreamErrorKind } from './contract.ts';
import { OPENAI_ERROR_KINDS } from './openai/errors.ts';
import {
  assertWanted,
  eventError,
  type FailedCall,
  interruption,
  toUpstreamError,
} from './upstream-error.ts';

const wanted = new AbortController().signal;
const openai: FailedCall = { provider: 'openai', sdk: openAiSdk, signal: wanted, kinds: OPENAI_ERROR_KINDS };
const anthropic: FailedCall = {
  provider: 'anthropic',
  sdk: anthropicSdk,
  signal: wanted,
  kinds: ANTHROPIC_ERROR_KINDS,
};

/** A network error as Node's fetch throws it. */
function fetchFailed(code: string, message = 'fetch failed'): TypeError {
  return new TypeError(message, { cause: Object.assign(new Error('a detail'), { code }) });
}

describe('by status', () => {
  it.each<[number, UpstreamErrorKind]>([
    [400, 'invalid_request'],
    [401, 'unauthenticated'],
    [402, 'unauthenticated'],
    [403, 'unauthenticated'],
    [404, 'not_found'],
    [408, 'timeout'],
    [409, 'invalid_request'],
    [413, 'invalid_request'],
    [422, 'invalid_request'],
    [429, 'rate_limited'],
    [500, 'server_error'],
    [502, 'server_error'],
    [503, 'overloaded'],
    [504, 'timeout'],
    [529, 'overloaded'],
  ])('%i is %s with both providers', (status, kind) => {
    // A 401 of OpenAI's is an invalid_request_error by type: with a status, the type does not count.
    const body = { error: { type: 'invalid_request_error', message: 'a sentence' } };
    const headers = new Headers();
    for (const [call, error] of [
      [openai, openAiSdk.APIError.generate(status, body, undefined, headers)],
      [anthropic, anthropicSdk.APIError.generate(status, body, undefined, headers)],
    ] as const) {
      expect(toUpstreamError(error, call)).toMatchObject({ name: 'UpstreamError', kind, status, sent: true });
    }
  });
});

it('an account out of credit is not a rate limit that passes', () => {
  const body = { error: { type: 'insufficient_quota', code: 'insufficient_quota', message: 'a sentence' } };
  const error = openAiSdk.APIError.generate(429, body, undefined, new Headers());
  expect(toUpstreamError(error, openai)).toMatchObject({ kind: 'unauthenticated', status: 429 });
});

describe('in the middle of a stream, by type', () => {
  it.each<[string, UpstreamErrorKind]>([
    ['overloaded_error', 'overloaded'],
    ['rate_limit_error', 'rate_limited'],
    ['api_error', 'server_error'],
    ['timeout_error', 'timeout'],
    ['an_error_of_next_year', 'server_error'],
  ])('%s is %s', (type, kind) => {
    const body = { type: 'error', error: { type, message: 'a sentence' } };
    const error = new anthropicSdk.APIError(undefined, body, undefined, new Headers());
    expect(toUpstreamError(error, anthropic)).toMatchObject({ kind, status: undefined });
  });

  it('also with OpenAI', () => {
    const error = new openAiSdk.APIError(
      undefined,
      { type: 'server_error', message: 'x' },
      undefined,
      undefined,
    );
    expect(toUpstreamError(error, openai)).toMatchObject({ kind: 'server_error', status: undefined });
  });
});

it('says who, what and where to look, and quotes nothing of what the provider wrote', () => {
  const body = {
    error: {
      type: 'invalid_request_error',
      code: 'unsupported_value',
      param: 'messages[0].role',
      message: 'Incorrect API key provided: sk-secret, your prompt was "my diary"',
    },
  };
  const headers = new Headers({ 'x-request-id': 'req_up', 'retry-after': '7' });
  const error = toUpstreamError(openAiSdk.APIError.generate(400, body, undefined, headers), openai);
  expect(error).toBeInstanceOf(UpstreamError);
  expect(error).toHaveProperty(
    'message',
    'openai answered 400 invalid_request_error unsupported_value param=messages[0].role',
  );
  expect(error).toMatchObject({
    retryAfterSeconds: 7,
    upstreamRequestId: 'req_up',
  });
  expect(error).not.toHaveProperty('cause');
  expect(JSON.stringify(error)).not.toContain('secret');

  const prose = { error: { type: 'a type with a secret in it', code: 'sk secret' } };
  const odd = toUpstreamError(openAiSdk.APIError.generate(400, prose, undefined, new Headers()), openai);
  expect(odd).toMatchObject({ message: 'openai answered 400' });
});

describe('the network', () => {
  it.each<[string, UpstreamErrorKind, boolean]>([
    ['ECONNREFUSED', 'connection', false],
    ['ENOTFOUND', 'connection', false],
    ['ECONNRESET', 'connection', true],
    ['UND_ERR_SOCKET', 'connection', true],
  ])('%s is %s, sent: %s', (code, kind, sent) => {
    const cause = fetchFailed(code);
    const error = new openAiSdk.APIConnectionError({ cause });
    expect(toUpstreamError(error, openai)).toMatchObject({ kind, sent });
  });

  it('a timeout of the SDK is a timeout', () => {
    const error = new anthropicSdk.APIConnectionTimeoutError();
    expect(toUpstreamError(error, anthropic)).toMatchObject({ kind: 'timeout', sent: true });
  });

  it('a body that is cut is a connection error, one that stalls a timeout', () => {
    expect(toUpstreamError(fetchFailed('UND_ERR_SOCKET', 'terminated'), openai)).toMatchObject({
      kind: 'connection',
    });
    expect(toUpstreamError(fetchFailed('UND_ERR_BODY_TIMEOUT', 'terminated'), openai)).toMatchObject({
      kind: 'timeout',
    });
  });
});

it('broken JSON is malformed, without the text', () => {
  const error = toUpstreamError(new SyntaxError('Unexpected token "my diary"'), openai);
  expect(error).toMatchObject({ kind: 'malformed', message: expect.not.stringContaining('diary') });
});

describe('an event that ends a stream', () => {
  const { kinds } = openai;
  it.each<[object, UpstreamErrorKind]>([
    [{ error: { type: 'server_error', code: null } }, 'server_error'],
    [{ error: { type: 'rate_limit_error' } }, 'rate_limited'],
    [{ error: { type: 'invalid_request_error' } }, 'invalid_request'],
    [{ error: { type: 'requests', code: 'insufficient_quota' } }, 'unauthenticated'],
    // Of the responses API, in both of its ways.
    [{ type: 'error', code: 'rate_limit_exceeded', param: null }, 'rate_limited'],
    [{ type: 'response.failed', response: { error: { code: 'invalid_prompt' } } }, 'invalid_request'],
    [{ type: 'response.failed', response: { error: { code: 'server_error' } } }, 'server_error'],
    // Of servers that write a status for a code.
    [{ object: 'error', type: 'BadRequestError', code: 400 }, 'invalid_request'],
    [{ error: { code: 503 } }, 'overloaded'],
    [{ error: 'what it is nobody knows' }, 'server_error'],
  ])('%j: %s', (event, kind) => {
    const error = eventError(JSON.stringify(event), { provider: 'openai', kinds });
    // Without a status: the answer had begun, so that it may be billed.
    expect(error).toMatchObject({ kind, status: undefined, sent: true });
    expect(error.message).not.toContain('nobody knows');
  });

  it('by Anthropic’s names', () => {
    const event = '{"type":"error","error":{"type":"overloaded_error","message":"x"}}';
    expect(eventError(event, anthropic).kind).toBe('overloaded');
    expect(eventError('no JSON', anthropic).kind).toBe('server_error');
  });
});

it('a fault of ours is not blamed on the provider', () => {
  for (const ours of [new TypeError('x is not a function'), new RangeError('y'), 'a string']) {
    expect(toUpstreamError(ours, openai)).toBe(ours);
  }
});

it('after our signal whatever is thrown is an abort', () => {
  const aborted = { ...openai, signal: AbortSignal.abort() };
  const errors = [
    new openAiSdk.APIUserAbortError(),
    fetchFailed('ECONNRESET'),
    new UpstreamError('connection', 'x'),
  ];
  for (const error of errors) expect(toUpstreamError(error, aborted)).toMatchObject({ kind: 'aborted' });
  const context = { requestId: 'r', signal: aborted.signal };
  expect(() => assertWanted(context, 'openai')).toThrow(
    expect.objectContaining({ kind: 'aborted', sent: false }),
  );
  const unsent = new UpstreamError('aborted', 'x', { sent: false });
  expect(interruption(unsent, 'openai', aborted.signal)).toBe(unsent);
});
