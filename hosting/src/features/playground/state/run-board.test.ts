import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { GenerateEvent } from '../api/generate.ts';
import { RunBoard } from './run-board.ts';

const request = { providerId: 'openai', body: { model: 'gpt', prompt: 'Hi', stream: true } };

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** A stream whose events the test hands out, and that knows whether it was aborted. */
function hand() {
  const queue: GenerateEvent[] = [];
  let wake = () => {};
  let ended = false;
  const seen: { signal?: AbortSignal } = {};
  return {
    seen,
    say(...events: GenerateEvent[]) {
      queue.push(...events);
      wake();
    },
    end() {
      ended = true;
      wake();
    },
    async *generate(_request: unknown, signal: AbortSignal) {
      seen.signal = signal;
      signal.addEventListener('abort', () => wake());
      for (;;) {
        signal.throwIfAborted();
        const event = queue.shift();
        if (event) yield event;
        else if (ended) return;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    },
  };
}

const tick = () => vi.advanceTimersByTimeAsync(0);

test('the first token shows at once, the following ones with the next beat', async () => {
  const stream = hand();
  const board = new RunBoard(stream.generate);
  let published = 0;
  board.subscribe(() => published++);
  void board.start('a', request);
  stream.say({ type: 'delta', text: 'One' });
  await tick();
  expect(board.get('a')?.text).toBe('One');
  const before = published;
  for (const text of [' two', ' three', ' four']) stream.say({ type: 'delta', text });
  await tick();
  expect(board.get('a')?.text).toBe('One');
  await vi.advanceTimersByTimeAsync(60);
  expect(board.get('a')?.text).toBe('One two three four');
  expect(published).toBe(before + 1);
});

test('stop aborts the request and keeps the partial answer', async () => {
  const stream = hand();
  const board = new RunBoard(stream.generate);
  const ended = board.start('a', request);
  stream.say({ type: 'delta', text: 'One' }, { type: 'delta', text: ' two' });
  await tick();
  expect(board.anyLive(['a'])).toBe(true);
  board.stopAll();
  await ended;
  expect(stream.seen.signal?.aborted).toBe(true);
  expect(board.get('a')).toMatchObject({ state: 'stopped', text: 'One two' });
  expect(board.anyLive(['a'])).toBe(false);
});

test('a second start replaces the first run and aborts it', async () => {
  const first = hand();
  const second = hand();
  const streams = [first, second];
  const board = new RunBoard((...args) => (streams.shift() ?? second).generate(...args));
  void board.start('a', request);
  first.say({ type: 'delta', text: 'old' });
  await tick();
  void board.start('a', request);
  second.say({ type: 'delta', text: 'new' });
  await tick();
  expect(first.seen.signal?.aborted).toBe(true);
  expect(board.get('a')?.text).toBe('new');
});

test('columns that are gone are stopped and forgotten, the others go on', async () => {
  const one = hand();
  const two = hand();
  const streams = [one, two];
  const board = new RunBoard((...args) => (streams.shift() ?? two).generate(...args));
  void board.start('a', request);
  void board.start('b', request);
  await tick();
  board.retain(['b']);
  expect(one.seen.signal?.aborted).toBe(true);
  expect(board.get('a')).toBeUndefined();
  expect(board.get('b')?.state).toBe('waiting');
});
