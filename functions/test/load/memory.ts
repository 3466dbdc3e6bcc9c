import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { median } from '../../../tools/bench/stats.ts';

export interface MemorySample {
  /** Milliseconds since the start of the run. */
  at: number;
  bytes: number;
}

/** What a process holds in memory (resident set), in bytes; NaN where it can't be told. */
export function residentBytes(pid: number): number {
  try {
    if (process.platform === 'linux') {
      const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
      return Number(kib) * 1024;
    }
    return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) * 1024;
  } catch {
    return Number.NaN;
  }
}

/** Samples a process until stopped. */
export function watchMemory(pid: number, everyMs = 250): { samples: MemorySample[]; stop(): void } {
  const start = performance.now();
  const samples: MemorySample[] = [];
  const take = () => samples.push({ at: performance.now() - start, bytes: residentBytes(pid) });
  take();
  const timer = setInterval(take, everyMs);
  return {
    samples,
    stop() {
      clearInterval(timer);
      take();
    },
  };
}

/**
 * How memory went: medians of the tenths of the run around its quarter and at its end, since one sample says more
 * about the garbage collector's last turn than about growth.
 */
export function memoryGrowth(samples: readonly MemorySample[]): {
  quarter: number;
  end: number;
  most: number;
} {
  const last = samples.at(-1)?.at ?? 0;
  const within = (from: number, to: number) =>
    median(samples.filter(({ at }) => at >= from * last && at <= to * last).map(({ bytes }) => bytes));
  return {
    quarter: within(0.2, 0.3),
    end: within(0.9, 1),
    most: Math.max(...samples.map(({ bytes }) => bytes)),
  };
}
