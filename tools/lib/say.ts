import { inspect } from 'node:util';
import { isStopping } from './shutdown.ts';

/** The tools talk to a person in plain lines: progress on stderr, results on stdout. */
export function progress(line: string): void {
  process.stderr.write(`${line}\n`);
}

export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** A failure that is the user's to mend: shown without a stack. */
export class UserError extends Error {
  override name = 'UserError';
}

/** Runs a command's main; what fails is said in one place and ends with exit code 1. */
export async function runMain(main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    if (isStopping()) return;
    progress(error instanceof UserError ? error.message : inspect(error));
    process.exit(1);
  }
}

export function seconds(sinceMs: number): string {
  return `${((performance.now() - sinceMs) / 1000).toFixed(1)} s`;
}
