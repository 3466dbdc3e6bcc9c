import { join } from 'node:path';
import { AMPLE, openFirestore, seedUsers } from '../../functions/test/load/seed.ts';
import { functionsEnvironment } from '../lib/environment.ts';
import { root, stateDir } from '../lib/paths.ts';
import { print, progress } from '../lib/say.ts';
import { createRunDirectory, removeRunDirectory, stageFunctions } from '../lib/stage.ts';
import { type ColdStart, type ColdTarget, startCold } from './cold-start.ts';
import type { BenchStack } from './stack.ts';
import { median, percentile, rotate } from './stats.ts';
import { type Cell, table } from './table.ts';

const RUNS = { full: 11, quick: 3 };

/** Prints how long each function takes from the start of its process to its first 200, beside a hello world. */
export async function benchCold(stack: BenchStack, quick: boolean): Promise<void> {
  const runs = quick ? RUNS.quick : RUNS.full;
  const directory = createRunDirectory('bench');
  try {
    const targets = await coldTargets(stack, stageFunctions(directory));
    const logFile = join(stateDir, 'logs/bench/cold.log');
    const cache = join(directory, 'compile-cache');
    const series = targets.flatMap((target) => [
      { target, cache: undefined, starts: [] as ColdStart[] },
      { target, cache, starts: [] as ColdStart[] },
    ]);
    // One start that doesn't count: fills the cache, and the file system's own.
    for (const { target } of series) await startCold(target, logFile, cache);
    for (let run = 0; run < runs; run += 1) {
      progress(`Measuring, start ${run + 1} of ${runs} each ...`);
      for (const each of rotate(series, run)) {
        each.starts.push(await startCold(each.target, logFile, each.cache));
      }
    }
    const rows = series.map(({ target, cache: used, starts }): Cell[] => {
      const answered = starts.map(({ answeredMs }) => answeredMs);
      const hello = series.find((other) => other.target === targets[0] && other.cache === used);
      const base = median((hello?.starts ?? []).map(({ answeredMs }) => answeredMs));
      return [
        `${target.name}${used ? ', compile cache' : ''}`,
        median(starts.map(({ listeningMs }) => listeningMs)),
        median(answered),
        Math.min(...answered),
        percentile(answered, 0.9),
        median(answered) - base,
        median(starts.map(({ cpuMs }) => cpuMs)),
      ];
    });
    print(`Cold start: from the start of the process to its first 200, ${runs} starts each\n`);
    print(table(['ms', 'listens', 'first 200', 'least', 'p90', 'above hello', 'CPU'], rows));
  } finally {
    removeRunDirectory(directory);
  }
}

/** A hello world first; then the functions, each with the request that it is there for. */
async function coldTargets(stack: BenchStack, source: string): Promise<ColdTarget[]> {
  const db = openFirestore(stack);
  const [user] = await seedUsers(db, stack, [AMPLE], 900);
  await db.terminate();
  const backends = { firestore: stack.firestore, auth: '', sandbox: stack.sandboxUrl };
  const env = { ...functionsEnvironment(backends, 'http://127.0.0.1'), ...stack.env };
  const headers = { Authorization: `Bearer ${user?.clientToken}` };
  return [
    {
      name: 'hello world',
      source: join(root, 'tools/bench/hello'),
      functionName: 'hello',
      env: {},
      method: 'GET',
      path: '/',
    },
    { name: 'api, GET health', source, functionName: 'api', env, method: 'GET', path: '/api/health' },
    {
      name: 'listProviders',
      source,
      functionName: 'listProviders',
      env,
      method: 'GET',
      path: '/',
      headers,
    },
    {
      name: 'openaiGenerate, an answer',
      source,
      functionName: 'openaiGenerate',
      env,
      method: 'POST',
      path: '/',
      headers: { ...headers, 'Content-Type': 'application/json' },
      body: JSON.stringify({ model: 'gpt-4.1-mini', prompt: 'Hello', maxTokens: 64 }),
    },
  ];
}
