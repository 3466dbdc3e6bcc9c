import { readFileSync } from 'node:fs';

/** Clock ticks a second in /proc, the same on every Linux that Node supports. */
const TICKS = 100;

/**
 * Processor time that a process has used so far in all its threads, in milliseconds to the nearest 10. Unlike wall
 * time it hardly depends on what else the machine does. NaN where the system doesn't tell (not Linux, or ended).
 */
export function cpuMs(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command's name, in parentheses, may hold anything; the fields are counted from behind it.
    const [utime, stime] = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .slice(11, 13)
      .map(Number);
    return (((utime ?? Number.NaN) + (stime ?? Number.NaN)) * 1000) / TICKS;
  } catch {
    return Number.NaN;
  }
}
