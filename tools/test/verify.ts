// npm run verify: what should be fine before each commit, in under a minute.
import { stopAllProcesses } from '../lib/process-group.ts';
import { runMain } from '../lib/say.ts';
import { onShutdown } from '../lib/shutdown.ts';
import { runSteps } from './run-steps.ts';

await runMain(async () => {
  onShutdown(() => stopAllProcesses());
  const ok = await runSteps([['types', 'lint', 'openapi'], ['unit']]);
  process.exit(ok ? 0 : 1);
});
