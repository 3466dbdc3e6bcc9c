import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Firestore } from '@google-cloud/firestore';
import { stateDir } from '../../../tools/lib/paths.ts';
import { type ServeProcess, startServe } from '../../../tools/lib/serve-process.ts';
import { createSandbox } from '../../../tools/sandbox/server.ts';
import { createLedger } from '../../src/services/ledger/create-ledger.ts';
import { sweepLedgers } from '../../src/services/ledger/sweep.ts';
import type { Check } from '../load/checks.ts';
import { openFirestore, type SeedTarget } from '../load/seed.ts';
import { checkBooks } from './check-books.ts';
import { callersOf, type Principal, seedPrincipals } from './principals.ts';
import { type Caller, type Ending, startTraffic } from './traffic.ts';

/** The database, the secret and the environment of the instances under test; FIRESTORE_EMULATOR_HOST is set. */
export interface KillTarget extends SeedTarget {
  env: Record<string, string>;
}

export interface KillReport {
  kills: number;
  /** Requests that reached the provider. */
  calls: number;
  records: number;
  /** Of them settled in full, as nobody came back for them. */
  abandoned: number;
  /** Each must hold; tools print them as those of a load test. */
  checks: Check[];
}

/** Instances that are served from at once; each is killed in its turn. */
const SLOTS = 2;
const CLIENTS = 6;
const USERS = 4;
/** The time under load before a kill, at most. */
const MOST_MS = 1_200;
/** Beyond the deadline of any hold: 5 s of a request, 10 s of draining, a minute of grace. */
const AHEAD_MS = 120_000;

/**
 * Kills serving processes under load with SIGKILL at random moments, starts new ones, and at last sweeps, with a
 * clock that is two minutes ahead instead of waiting for as long. Then all books must be right: see checkBooks.
 */
export async function runKills(count: number, target: KillTarget): Promise<KillReport> {
  const db = openFirestore(target);
  const sandbox = await createSandbox({ delayMs: 15 }).start();
  const env = { ...target.env, FIREGATE_SANDBOX_URL: sandbox.url, REQUEST_DEADLINE_SECONDS: '5' };
  const started: ServeProcess[] = [];
  const start = async (slot: number) => {
    const instance = await startServe(env, { logFile: join(stateDir, `logs/kills/serve-${slot}.log`) });
    started.push(instance);
    return instance;
  };
  try {
    const principals = await seedPrincipals(db, target, USERS);
    const callers = principals.flatMap(callersOf);
    const endings: Ending[] = [];
    let left = count;
    const slot = async (number: number) => {
      let next = left > 0 ? start(number) : undefined;
      while (left > 0 && next) {
        left -= 1;
        const instance = await next;
        // The next one comes up while this one is at work.
        next = left > 0 ? start(number) : undefined;
        endings.push(...(await serveAndKill(instance, callers)));
      }
      await next;
    };
    await Promise.all(Array.from({ length: SLOTS }, (_, number) => slot(number)));
    const quiet = await start(SLOTS);
    const calm = startTraffic(quiet.url, callers, CLIENTS);
    await calm.begun;
    await sleep(1_000);
    await calm.stop();
    await quiet.stop();

    const firstSweep = await sweep(db, principals);
    const secondSweep = await sweep(db, principals);
    const books = await checkBooks(db, {
      principals,
      calls: sandbox.recorder.list(),
      endings: [...endings, ...calm.endings],
      calm: calm.endings,
      sweeps: [firstSweep, secondSweep],
    });
    return { kills: count, calls: sandbox.recorder.list().length, ...books };
  } finally {
    await Promise.all(started.map((instance) => instance.managed.stop(0)));
    await sandbox.stop(0);
    await db.terminate();
  }
}

async function serveAndKill(instance: ServeProcess, callers: readonly Caller[]): Promise<Ending[]> {
  const traffic = startTraffic(instance.url, callers, CLIENTS);
  await traffic.begun;
  await sleep(Math.random() * MOST_MS);
  instance.managed.child.kill('SIGKILL');
  await instance.managed.exited;
  await traffic.stop();
  return traffic.endings;
}

/** Sweeps the ledgers of these users, and leaves alone what others have in the same database. */
async function sweep(db: Firestore, principals: readonly Principal[]): Promise<number> {
  const ahead = { now: () => Date.now() + AHEAD_MS, fromLocal: (at: number) => at, observe: () => undefined };
  const ledger = createLedger({ firestore: () => db, clock: ahead });
  const own = new Set(principals.map(({ uid }) => uid));
  let swept = 0;
  const { failed } = await sweepLedgers({
    firestore: db,
    now: ahead.now,
    ledger: {
      expire: async (uid) => {
        if (!own.has(uid)) return;
        swept += 1;
        await ledger.expire(uid);
      },
    },
  });
  if (failed[0]) throw failed[0].error;
  return swept;
}
