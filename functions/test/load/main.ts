// npm run load -- kills [--kills 200]: processes killed under load; see ../crash/kills.ts.
// npm run load -- uploads [--concurrency 8] [--rounds 3]: large uploads through one instance; see uploads.ts.
// npm run load -- [--seconds 60] [--users 20] [--concurrency 64] [--instances 1]
// Many clients of many users at `npm run serve`, half of the users against limits that are too small for them. Tells
// how fast and how exact that went, and fails when a record is missing, a limit let through more than it allows, or
// memory grew.
import { parseArgs } from 'node:util';
import { startBenchStack } from '../../../tools/bench/stack.ts';
import { stateDir } from '../../../tools/lib/paths.ts';
import { stopAllProcesses } from '../../../tools/lib/process-group.ts';
import { print, progress, runMain, UserError } from '../../../tools/lib/say.ts';
import { startServe } from '../../../tools/lib/serve-process.ts';
import { onShutdown } from '../../../tools/lib/shutdown.ts';
import { readAccounts, untilSettled } from './accounts.ts';
import { type Check, check, checkCalls, checkSums } from './checks.ts';
import { exactnessOf } from './exactness-of.ts';
import { loadKills } from './kills.ts';
import { memoryGrowth, watchMemory } from './memory.ts';
import { planUsers } from './plan.ts';
import { checksReport, limitsReport, memoryReport, throughputReport } from './report.ts';
import { openFirestore, seedUsers } from './seed.ts';
import { noTraffic, runTraffic, type Traffic } from './traffic.ts';
import { loadUploads } from './uploads.ts';
import { startUpstream } from './upstream-process.ts';

/** Until code is compiled and the heap has found its size; counted in the books, not in the figures. */
const WARM_UP_SECONDS = 10;
const PROGRESS_EVERY_MS = 10_000;
/** Calls whose client has left go on for at most 10 s (DRAIN_MS). */
const SETTLE_WITHIN_MS = 20_000;
const MOST_GROWTH = 1.1;
/** Endings that are part of the plan; 503 is how an overloaded instance says so. */
const EXPECTED = /^(200 (whole|streamed|abandoned)|402 budget-total|429 |502 upstream_error|503 unavailable)/;

await runMain(async () => {
  const { seconds, users: count, concurrency, instances: instanceCount, kills, uploads } = readFlags();
  onShutdown(stopAllProcesses);
  if (uploads) process.exit((await loadUploads(uploads)) ? 0 : 1);
  if (kills !== undefined) process.exit((await loadKills(kills)) ? 0 : 1);
  progress('Starting the Firestore emulator, the sandbox and Firegate ...');
  const upstream = await startUpstream();
  const stack = await startBenchStack('load', upstream.url);
  const instances = await Promise.all(
    Array.from({ length: instanceCount }, (_, i) =>
      startServe(stack.env, { logFile: `${stateDir}/logs/load/serve-${i + 1}.log` }),
    ),
  );
  const db = openFirestore(stack);
  const plan = planUsers(count, seconds);
  const seeded = await seedUsers(
    db,
    stack,
    plan.map(({ overrides }) => overrides),
    seconds + 600,
  );
  const users = seeded.map((user, i) => ({ ...user, ...(plan[i] as (typeof plan)[number]) }));
  const uids = users.map(({ uid }) => uid);

  const load = { urls: instances.map(({ url }) => url), users, concurrency };
  const warmUpSeconds = Math.min(WARM_UP_SECONDS, seconds / 2);
  progress(
    `${concurrency} clients of ${count} users for ${seconds} s, after ${warmUpSeconds} s to warm up ...`,
  );
  const warmUp = noTraffic();
  await runTraffic(warmUp, { ...load, seconds: warmUpSeconds });
  const traffic = noTraffic();
  const memory = instances.map(({ managed }) => watchMemory(managed.pid));
  const reporting = setInterval(() => progress(`  ${countOf(traffic)} requests`), PROGRESS_EVERY_MS);
  await runTraffic(traffic, { ...load, seconds });
  clearInterval(reporting);
  for (const watch of memory) watch.stop();

  progress('Reading what was recorded ...');
  await untilSettled(db, uids, SETTLE_WITHIN_MS);
  const accounts = await Promise.all(uids.map((uid) => readAccounts(db, uid)));
  const upstreamIds = await upstream.requestIds();
  const exactness = users.flatMap((user, i) =>
    exactnessOf(user, [...(accounts[i]?.records.values() ?? [])], traffic.spent.has(user.uid)),
  );
  const samples = memory.map((watch) => watch.samples);
  const checks: Check[] = [
    check(
      'no answer was unexpected',
      `${countOf(traffic) + countOf(warmUp)} answers`,
      [...warmUp.endings, ...traffic.endings]
        .filter(([kind]) => !EXPECTED.test(kind))
        .map(([kind, n]) => `${n} x ${kind}`),
    ),
    ...checkSums(accounts),
    ...checkCalls(accounts, upstreamIds, [...warmUp.admittedIds, ...traffic.admittedIds]),
    check(
      'no limit let through more than it allows',
      `${exactness.length} limited users`,
      exactness
        .filter(({ exactness: { over } }) => over > 0)
        .map(({ kind, exactness: { over } }) => `${kind}: ${over}`),
    ),
    check(
      `memory at the end is at most ${MOST_GROWTH} times that at a quarter`,
      `${samples.length} ${samples.length === 1 ? 'instance' : 'instances'}`,
      samples.map(memoryGrowth).flatMap(({ quarter, end }) => {
        return end > MOST_GROWTH * quarter ? [`${(end / quarter).toFixed(2)} times`] : [];
      }),
    ),
  ];
  await db.terminate();
  await stopAllProcesses();
  const reports = [
    throughputReport(traffic),
    limitsReport(exactness),
    memoryReport(samples),
    checksReport(checks),
  ];
  print(reports.join('\n\n'));
  process.exit(checks.every(({ ok }) => ok) ? 0 : 1);
});

function countOf({ endings }: Traffic): number {
  return [...endings.values()].reduce((sum, count) => sum + count, 0);
}

function readFlags() {
  const { values: given, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      seconds: { type: 'string', default: '60' },
      users: { type: 'string', default: '20' },
      concurrency: { type: 'string' },
      rounds: { type: 'string', default: '3' },
      instances: { type: 'string', default: '1' },
      kills: { type: 'string', default: '200' },
    },
  });
  const values = { ...given, concurrency: given.concurrency ?? (positionals[0] === 'uploads' ? '8' : '64') };
  const whole = (name: keyof typeof values): number => {
    const value = Number(values[name]);
    if (!Number.isSafeInteger(value) || value < 1)
      throw new UserError(`--${name} ${values[name]} is not a number from 1.`);
    return value;
  };
  return {
    seconds: whole('seconds'),
    users: whole('users'),
    concurrency: whole('concurrency'),
    instances: whole('instances'),
    kills: positionals[0] === 'kills' ? whole('kills') : undefined,
    uploads:
      positionals[0] === 'uploads'
        ? { concurrency: whole('concurrency'), rounds: whole('rounds') }
        : undefined,
  };
}
