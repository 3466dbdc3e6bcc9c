import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DRAIN_MS } from './admit-call.ts';
import { watchOver } from './give-up.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const setUp = (deadlineMs = 60_000) => {
  const client = new AbortController();
  const watch = watchOver(client.signal, Date.now() + deadlineMs, Date.now);
  return { client, watch };
};

describe('a call that nobody gives up', () => {
  it('is not aborted, and leaves no timer behind', () => {
    const { watch } = setUp();
    vi.advanceTimersByTime(59_999);
    expect(watch.signal.aborted).toBe(false);
    expect(watch.givenUp()).toBeUndefined();
    watch.stop();
    expect(vi.getTimerCount()).toBe(0);
    vi.advanceTimersByTime(1_000_000);
    expect(watch.signal.aborted).toBe(false);
  });
});

describe('the deadline', () => {
  it('aborts the call', () => {
    const { watch } = setUp();
    vi.advanceTimersByTime(60_000);
    expect(watch.signal.aborted).toBe(true);
    expect(watch.givenUp()).toBe('deadline');
  });

  it('that has passed already aborts it at once', () => {
    const { watch } = setUp(-1);
    vi.advanceTimersByTime(1);
    expect(watch.signal.aborted).toBe(true);
  });
});

describe('a client that leaves', () => {
  it('is drained for a while, then aborted', () => {
    const { client, watch } = setUp();
    client.abort();
    expect(watch.givenUp()).toBe('client_disconnected');
    expect(watch.signal.aborted).toBe(false);
    vi.advanceTimersByTime(DRAIN_MS - 1);
    expect(watch.signal.aborted).toBe(false);
    vi.advanceTimersByTime(1);
    expect(watch.signal.aborted).toBe(true);
    expect(watch.givenUp()).toBe('client_disconnected');
  });

  it('had left before the call', () => {
    const watch = watchOver(AbortSignal.abort(), Date.now() + 60_000, Date.now);
    expect(watch.givenUp()).toBe('client_disconnected');
    vi.advanceTimersByTime(DRAIN_MS);
    expect(watch.signal.aborted).toBe(true);
  });

  it('is drained no longer than to the deadline, and is still the reason', () => {
    const { client, watch } = setUp(5_000);
    vi.advanceTimersByTime(4_000);
    client.abort();
    vi.advanceTimersByTime(1_000);
    expect(watch.signal.aborted).toBe(true);
    expect(watch.givenUp()).toBe('client_disconnected');
  });

  it('after the call was over changes nothing', () => {
    const { client, watch } = setUp();
    watch.stop();
    client.abort();
    vi.advanceTimersByTime(100_000);
    expect(watch.givenUp()).toBeUndefined();
    expect(watch.signal.aborted).toBe(false);
    expect(vi.getTimerCount()).toBe(0);
  });
});
