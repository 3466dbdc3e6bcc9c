import { print, seconds, UserError } from '../lib/say.ts';
import { add, lastLine, nothing, type Outcome, oneFailure } from './outcome.ts';
import { type StepName, steps } from './steps.ts';

/**
 * Runs steps, those of one group at the same time, and says how each went: a heading, its output, its counts. Ends
 * with one line, `N passed, N failed`.
 *
 * @returns whether nothing failed
 */
export async function runSteps(groups: StepName[][]): Promise<boolean> {
  let total = nothing;
  for (const group of groups) {
    const outcomes = await Promise.all(group.map((name) => runStep(name, group.length > 1)));
    total = outcomes.reduce(add, total);
  }
  print('');
  print(lastLine(total));
  return total.failed + total.skipped === 0;
}

async function runStep(name: StepName, beside: boolean): Promise<Outcome> {
  const { title, run } = steps[name];
  const start = performance.now();
  // Output of steps that run side by side is held back until each is done.
  const held: string[] = [];
  const sink = beside ? (line: string) => held.push(line) : print;
  if (!beside) print(`\n== ${title}`);
  let outcome: Outcome;
  try {
    outcome = await run(sink);
  } catch (error) {
    sink(error instanceof UserError ? error.message : String(error instanceof Error ? error.stack : error));
    outcome = oneFailure;
  }
  if (beside) print([`\n== ${title}`, ...held].join('\n'));
  print(`-- ${name}: ${describe(outcome)} (${seconds(start)})`);
  return outcome;
}

function describe({ passed, failed, skipped }: Outcome): string {
  if (passed + failed + skipped === 0) return 'fine';
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped, which counts as failed` : ''}`;
}
