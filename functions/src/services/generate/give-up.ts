import { DRAIN_MS } from './admit-call.ts';
import type { GivenUp } from './outcome.ts';

/** Watches over a call: aborts it on its deadline, or when a client has been gone for as long as it may drain. */
export interface Watch {
  /** Goes to the provider. */
  signal: AbortSignal;
  /** Why nobody gets this answer, as far as known now. */
  givenUp(): GivenUp | undefined;
  stop(): void;
}

/**
 * @param gone aborts when the client has left; it may never come, and nothing depends on it.
 * @param deadline milliseconds since the epoch.
 */
export function watchOver(gone: AbortSignal, deadline: number, now: () => number): Watch {
  const controller = new AbortController();
  let givenUp: GivenUp | undefined;
  let drain: NodeJS.Timeout | undefined;
  const onGone = () => {
    givenUp ??= 'client_disconnected';
    drain ??= setTimeout(() => controller.abort(), DRAIN_MS);
  };
  const timer = setTimeout(() => {
    givenUp ??= 'deadline';
    controller.abort();
  }, deadline - now());
  if (gone.aborted) onGone();
  else gone.addEventListener('abort', onGone, { once: true });
  return {
    signal: controller.signal,
    givenUp: () => givenUp,
    stop() {
      clearTimeout(timer);
      clearTimeout(drain);
      gone.removeEventListener('abort', onGone);
    },
  };
}
