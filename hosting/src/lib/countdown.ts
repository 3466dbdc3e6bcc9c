import { useEffect, useState } from 'react';

/** Whole seconds until `at`, never negative, so that the last second reads "1". */
export function secondsLeft(at: number | undefined, now: number): number {
  return at === undefined ? 0 : Math.max(0, Math.ceil((at - now) / 1000));
}

/** Counts down to `at` (milliseconds since the epoch), drawing once a second and no more after zero. */
export function useCountdown(at: number | undefined): number {
  const [left, setLeft] = useState(() => secondsLeft(at, Date.now()));
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tick = () => {
      const now = Date.now();
      const seconds = secondsLeft(at, now);
      setLeft(seconds);
      // Wakes at the next whole second before `at` rather than every 1000 ms, so that it never drifts.
      if (at !== undefined && seconds > 0) timer = setTimeout(tick, at - now - (seconds - 1) * 1000 + 5);
    };
    tick();
    return () => clearTimeout(timer);
  }, [at]);
  return left;
}
