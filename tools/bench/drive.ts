import { cpuMs } from './cpu-time.ts';

/** How long one request took, in milliseconds; `firstMs` until the first text of its answer was there. */
export interface Timing {
  firstMs: number;
  totalMs: number;
}

/** What slices of time gathered; slices of the same kind are added up. */
export interface Samples {
  firstMs: number[];
  totalMs: number[];
  /** Wall time of the slices. */
  elapsedMs: number;
  /** Processor time of the gateway's process meanwhile; NaN where there is none or the system doesn't tell. */
  cpuMs: number;
}

export const noSamples = (): Samples => ({ firstMs: [], totalMs: [], elapsedMs: 0, cpuMs: 0 });

export const perSecond = ({ totalMs, elapsedMs }: Samples): number => (1000 * totalMs.length) / elapsedMs;

/**
 * Keeps `concurrency` requests under way for a slice of time and adds what they took to `into`. Each of them first
 * sends one that doesn't count, which opens its connection.
 *
 * @param pid the gateway's process.
 * @param send is told the number of the one that asks, 0 to `concurrency` - 1. What it throws ends the slice.
 */
export async function drive(options: {
  concurrency: number;
  ms: number;
  send: (worker: number) => Promise<Timing>;
  into: Samples;
  pid?: number | undefined;
}): Promise<void> {
  const { concurrency, ms, send, into, pid = Number.NaN } = options;
  const workers = Array.from({ length: concurrency }, (_, worker) => worker);
  await Promise.all(workers.map(send));
  const start = performance.now();
  const cpuStart = cpuMs(pid);
  await Promise.all(
    workers.map(async (worker) => {
      while (performance.now() - start < ms) {
        const { firstMs, totalMs } = await send(worker);
        into.firstMs.push(firstMs);
        into.totalMs.push(totalMs);
      }
    }),
  );
  into.elapsedMs += performance.now() - start;
  into.cpuMs += cpuMs(pid) - cpuStart;
}
