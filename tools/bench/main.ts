// npm run bench -- [http] [passthrough] [keys] [cold] [ledger] [--quick]
// Without a section: all of them. What each measures: README.md beside this file.
import { availableParallelism, cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { stopAllProcesses } from '../lib/process-group.ts';
import { print, progress, runMain, seconds, UserError } from '../lib/say.ts';
import { onShutdown } from '../lib/shutdown.ts';
import { benchCold } from './cold.ts';
import { benchHttp } from './http.ts';
import { benchKeys } from './keys.ts';
import { benchLedger } from './ledger.ts';
import { benchPassthrough } from './passthrough.ts';
import { type BenchStack, startBenchStack } from './stack.ts';

type Section = (stack: BenchStack, quick: boolean) => Promise<void>;

const SECTIONS: Record<string, Section> = {
  http: benchHttp,
  passthrough: benchPassthrough,
  keys: benchKeys,
  cold: benchCold,
  ledger: benchLedger,
};

/** Something hangs, then: a run takes less than half of it. */
const GIVE_UP_MS = 15 * 60_000;

await runMain(async () => {
  const { values, positionals } = parseArgs({
    options: { quick: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  for (const name of positionals) {
    if (!(name in SECTIONS))
      throw new UserError(`There is no section ${name}, only ${Object.keys(SECTIONS).join(', ')}.`);
  }
  onShutdown(stopAllProcesses);
  setTimeout(() => {
    progress(`Gave up after ${GIVE_UP_MS / 60_000} minutes.`);
    process.exit(1);
  }, GIVE_UP_MS).unref();

  const start = performance.now();
  print(
    `Node ${process.version}, ${availableParallelism()} x ${cpus()[0]?.model ?? 'unknown CPU'}, ` +
      `load before the start ${loadavg()[0]?.toFixed(1)}. Everything runs on this machine and shares its cores.\n`,
  );
  progress('Starting the Firestore emulator and the sandbox ...');
  const stack = await startBenchStack('bench');
  for (const [name, section] of Object.entries(SECTIONS)) {
    // The ledger's own bench takes as long either way: a quick run leaves it out unless it is asked for.
    const isLeftOut =
      positionals.length > 0 ? !positionals.includes(name) : values.quick && name === 'ledger';
    if (isLeftOut) continue;
    await section(stack, values.quick);
    print('');
  }
  await stopAllProcesses();
  print(`Took ${seconds(start)}.`);
  process.exit(0);
});
