import { expect, test } from 'vitest';
import { ApiError } from '#lib/api/errors.ts';
import { foldEvent, isLive, startRun, stopRun } from './run.ts';

const request = { providerId: 'openai', body: { model: 'gpt', prompt: 'Hi', stream: true } };
const answer = {
  id: 'req_9',
  provider: 'openai',
  model: 'gpt',
  finishReason: 'stop' as const,
  usage: {
    inputTokens: 1,
    outputTokens: 2,
    cachedInputTokens: 0,
    cacheWriteInputTokens: 0,
    reasoningTokens: 0,
  },
  cost: { usd: '0.000001' },
  latencyMs: 40,
};

test('a run from the first byte to its figures', () => {
  let run = startRun(request, 1000);
  expect(run.state).toBe('waiting');
  run = foldEvent(run, { type: 'open', requestId: 'req_9' }, 1010);
  expect(run).toMatchObject({ state: 'waiting', requestId: 'req_9' });
  run = foldEvent(run, { type: 'delta', text: 'Hel' }, 1030);
  run = foldEvent(run, { type: 'delta', text: 'lo' }, 1040);
  expect(run).toMatchObject({ state: 'streaming', text: 'Hello', firstTokenMs: 30 });
  expect(isLive(run)).toBe(true);
  run = foldEvent(run, { type: 'done', answer }, 1100);
  expect(run).toMatchObject({ state: 'done', totalMs: 100, firstTokenMs: 30, answer });
  expect(isLive(run)).toBe(false);
});

test('an error keeps the partial answer and says when a retry can succeed', () => {
  const error = new ApiError('rate_limited', 'Slow down.', { retryAfterSeconds: 7, requestId: 'req_1' });
  const partial = foldEvent(startRun(request, 0), { type: 'delta', text: 'Hal' }, 10);
  expect(foldEvent(partial, { type: 'error', error }, 500)).toMatchObject({
    state: 'failed',
    text: 'Hal',
    error,
    requestId: 'req_1',
    retryAt: 7500,
  });
});

test('an error without Retry-After leaves the retry open, and the request id of the response', () => {
  const opened = foldEvent(startRun(request, 0), { type: 'open', requestId: 'req_2' }, 5);
  const failed = foldEvent(opened, { type: 'error', error: new ApiError('stream_cut', 'Cut.') }, 9);
  expect(failed.retryAt).toBeUndefined();
  expect(failed.requestId).toBe('req_2');
});

test('stopping keeps what arrived; what comes later changes nothing', () => {
  const partial = foldEvent(startRun(request, 0), { type: 'delta', text: 'Hal' }, 10);
  const stopped = stopRun(partial, 60);
  expect(stopped).toMatchObject({ state: 'stopped', text: 'Hal', totalMs: 60 });
  expect(foldEvent(stopped, { type: 'delta', text: 'lo' }, 70)).toBe(stopped);
  expect(stopRun(stopped, 90)).toBe(stopped);
});
