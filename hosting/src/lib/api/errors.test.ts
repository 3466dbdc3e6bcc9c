import { afterEach, expect, test, vi } from 'vitest';
import { ApiError, fromBody, parseRetryAfter, readError, toApiError } from './errors.ts';

afterEach(() => vi.unstubAllGlobals());

test('the contract’s error, with Retry-After and the request id', async () => {
  const error = {
    code: 'rate_limited',
    message: 'Too many requests.',
    requestId: 'req_1',
    details: { limit: 'tokens' },
  };
  const response = Response.json({ error }, { status: 429, headers: { 'retry-after': '12' } });
  expect(await readError(response)).toMatchObject({ ...error, status: 429, retryAfterSeconds: 12 });
});

test('an answer that is not ours still becomes an error', async () => {
  const html = new Response('<h1>Bad gateway</h1>', { status: 502, headers: { 'x-request-id': 'req_2' } });
  expect(await readError(html)).toMatchObject({ code: 'unavailable', status: 502, requestId: 'req_2' });
  expect(await readError(new Response('', { status: 401 }))).toMatchObject({ code: 'unauthenticated' });
});

test('a stream has no headers left: details may say when to come back', () => {
  const body = {
    error: { code: 'rate_limited', message: 'm', requestId: 'r', details: { retryAfterSeconds: 1.2 } },
  };
  expect(fromBody(body, {}).retryAfterSeconds).toBe(2);
});

test('Retry-After is seconds or a date', () => {
  const now = Date.parse('2026-11-23T10:00:00Z');
  expect(parseRetryAfter('3', now)).toBe(3);
  expect(parseRetryAfter('0.2', now)).toBe(1);
  expect(parseRetryAfter('Mon, 23 Nov 2026 10:00:30 GMT', now)).toBe(30);
  expect(parseRetryAfter('Mon, 23 Nov 2026 09:00:00 GMT', now)).toBe(0);
  expect(parseRetryAfter('soon', now)).toBeUndefined();
  expect(parseRetryAfter(null, now)).toBeUndefined();
});

test('no answer is told apart from no network', () => {
  expect(toApiError(new TypeError('Failed to fetch')).code).toBe('unreachable');
  vi.stubGlobal('navigator', { onLine: false });
  expect(toApiError(new TypeError('Failed to fetch')).code).toBe('offline');
  const own = new ApiError('forbidden', 'No.');
  expect(toApiError(own)).toBe(own);
});
