import type { Manifest } from '../lib/manifest.ts';

/** A scheduled function and how often it runs. */
export interface Scheduled {
  name: string;
  everyMs: number;
}

/** The functions that Cloud Scheduler would call, by their `every N minutes` (or hours). */
export function scheduledFunctions(manifest: Manifest): Scheduled[] {
  return Object.entries(manifest.endpoints).flatMap(([name, { scheduleTrigger }]) => {
    if (!scheduleTrigger) return [];
    const schedule = String(scheduleTrigger['schedule']);
    const [, count, unit] = /^every (\d+) (minute|hour)s?$/.exec(schedule) ?? [];
    if (!count) throw new Error(`npm start can't tell when to run ${name}: ${schedule}`);
    return [{ name, everyMs: Number(count) * (unit === 'hour' ? 3_600_000 : 60_000) }];
  });
}

/** Calls them as Cloud Scheduler does; the emulators never do. Ends with the process. */
export function runSchedule(functionsUrl: string, functions: Scheduled[]): void {
  for (const { name, everyMs } of functions) {
    setInterval(() => {
      // The emulator's name for the trigger. Its log tells what came of it.
      fetch(`${functionsUrl}/${name}-0`, { method: 'POST' }).catch(() => {});
    }, everyMs).unref();
  }
}
