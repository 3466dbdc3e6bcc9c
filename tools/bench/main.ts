// npm run bench -- [http] [cold] [ledger] [--quick]
// Without a section: all of them. What each measures: README.md beside this file.
import { availableParallelism, cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { stopAllProcesses } from '../lib/process-group.ts';
import { print, runMain, seconds, UserError } from '../lib/say.ts';
import { onShutdown } from '../lib/shutdown.ts';
import { benchHttp } from './http.ts';

type Section = (quick: boolean) => Promise<void>;

const SECTIONS: Record<string, Section> = { http: benchHttp };

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
  const start = performance.now();
  print(
    `Node ${process.version}, ${availableParallelism()} x ${cpus()[0]?.model ?? 'unknown CPU'}, ` +
      `load before the start ${loadavg()[0]?.toFixed(1)}. Everything runs on this machine and shares its cores.\n`,
  );
  for (const [name, section] of Object.entries(SECTIONS)) {
    if (positionals.length > 0 && !positionals.includes(name)) continue;
    await section(values.quick);
    await stopAllProcesses();
    print('');
  }
  print(`Took ${seconds(start)}.`);
  process.exit(0);
});
