// npm test [-- <part> ...]: everything, or the parts named. The last line is `N passed, N failed`.
import { parseArgs } from 'node:util';
import { stopAllProcesses } from '../lib/process-group.ts';
import { runMain, UserError } from '../lib/say.ts';
import { onShutdown } from '../lib/shutdown.ts';
import { runSteps } from './run-steps.ts';
import { isStepName, type StepName, steps } from './steps.ts';

/** What shares nothing and leaves a core free runs side by side. */
const everything: StepName[][] = [
  ['types', 'lint', 'openapi'],
  ['unit'],
  ['integration'],
  ['deploy', 'system'],
  ['browser'],
];

await runMain(async () => {
  onShutdown(() => stopAllProcesses(10_000));
  const { positionals } = parseArgs({ allowPositionals: true });
  const unknown = positionals.filter((name) => !isStepName(name));
  if (unknown.length > 0) {
    throw new UserError(
      `There is no part ${unknown.join(', ')} of the tests, only: ${Object.keys(steps).join(', ')}.`,
    );
  }
  const chosen = positionals.filter(isStepName).map((name) => [name]);
  const ok = await runSteps(chosen.length > 0 ? chosen : everything);
  process.exit(ok ? 0 : 1);
});
