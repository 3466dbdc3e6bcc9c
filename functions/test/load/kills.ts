import { startBenchStack } from '../../../tools/bench/stack.ts';
import { stopAllProcesses } from '../../../tools/lib/process-group.ts';
import { print, progress } from '../../../tools/lib/say.ts';
import { runKills } from '../crash/kills.ts';
import { checksReport } from './report.ts';

/** `npm run load -- kills`: the crash test of `npm test`, many times over. @returns whether all books are right */
export async function loadKills(count: number): Promise<boolean> {
  progress(`Killing the serving processes ${count} times under load ...`);
  const stack = await startBenchStack('kills');
  const { kills, calls, records, abandoned, checks } = await runKills(count, stack);
  await stopAllProcesses();
  print(
    `${kills} kills, ${calls} calls to the providers, ${records} usage records, ${abandoned} of them abandoned.`,
  );
  print(checksReport(checks));
  return checks.every(({ ok }) => ok);
}
