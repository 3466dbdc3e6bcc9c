/**
 * Reads what `ffmpeg -progress` writes, in pieces of any size: lines of `key=value`.
 *
 * @returns a reader; it answers the seconds of the result that are done, undefined where the piece says nothing new
 */
export function progressReader(): (piece: string) => number | undefined {
  let rest = '';
  return (piece) => {
    const lines = (rest + piece).split('\n');
    rest = (lines.pop() ?? '').slice(-200);
    let seconds: number | undefined;
    for (const line of lines) {
      const [, microseconds] = /^out_time_us=(\d{1,15})\s*$/.exec(line) ?? [];
      if (microseconds !== undefined) seconds = Number(microseconds) / 1e6;
    }
    return seconds;
  };
}

/** Whole percent; 100 is for what is stored. */
export function percentOf(doneSeconds: number, seconds: number): number {
  if (!(seconds > 0)) return 0;
  return Math.min(99, Math.max(0, Math.floor((100 * doneSeconds) / seconds)));
}
