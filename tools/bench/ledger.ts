import { join } from 'node:path';
import { runProcesses } from '../../functions/test/ledger/processes.ts';
import {
  addUser,
  countedLedger,
  facts,
  openFirestore,
  readRecords,
  readState,
  request,
} from '../../functions/test/ledger/setup.ts';
import type { WorkerJob, WorkerReport } from '../../functions/test/ledger/worker.ts';
import { startFirestore } from '../lib/firestore-emulator.ts';
import { stateDir } from '../lib/paths.ts';
import { freePort } from '../lib/ports.ts';

/**
 * What the ledger's group commit buys: requests of one user, admitted and settled with a provider of 20 ms in
 * between, first with one compare-and-set per operation, then through the ledger, from one process and from
 * several. Each row checks at its end that the records add up to what is settled, that nothing is held and that the
 * budget covers it (I1, I3).
 */

const REQUESTS = 1_000;
const HOLD = 1_000_000;
const LIMITS = { tokens: { capacity: 1e9, refillPerSecond: 1e6 }, requestsPerMinute: 1e6, concurrency: 500 };
const BUDGET = { period: 'day', nanoUsd: REQUESTS * HOLD } as const;

interface Row {
  what: string;
  'req/s': string;
  'p50 ms': string;
  'p99 ms': string;
  commits: number;
  conflicts: number;
  'reads/req': string;
  'writes/req': string;
  errors: number;
  exact: string;
}

process.env['METADATA_SERVER_DETECTION'] ??= 'none';

export async function benchLedger(): Promise<void> {
  const firestore = openFirestore();
  try {
    console.log(`The ledger: ${REQUESTS} requests of one user, 20 ms at the provider, official emulator`);
    const rows: Row[] = [];
    const add = async (what: string, processes: number, concurrency: number, oneByOne = false) => {
      rows.push(await measure(what, processes, concurrency, oneByOne));
    };
    await add('one commit per operation, c=64', 1, 64, true);
    await add('ledger, 1 process, c=64', 1, 64);
    for (const processes of [1, 2, 4, 8]) {
      await add(`ledger, ${processes} ${processes === 1 ? 'process' : 'processes'} x 32`, processes, 32);
    }
    console.table(Object.fromEntries(rows.map(({ what, ...row }) => [what, row])));
    const [before, after] = rows;
    if (before && after) {
      console.log(
        `Through the ledger at c=64: ${(Number(after['req/s']) / Number(before['req/s'])).toFixed(0)} times the rate`,
      );
    }
    console.log('At concurrency 1, in ms:');
    console.table(await measureAlone());
  } finally {
    await firestore.terminate();
  }

  async function measure(
    what: string,
    processes: number,
    concurrency: number,
    oneByOne: boolean,
  ): Promise<Row> {
    const uid = await addUser(firestore, { ...LIMITS, budgets: [BUDGET] });
    const jobs = Array.from(
      { length: processes },
      (_, seed): WorkerJob => ({
        uid,
        requests: REQUESTS / processes,
        concurrency,
        nanoUsd: HOLD,
        leastNanoUsd: HOLD / 2,
        tokens: 1_000,
        providerMs: 20,
        retry: false,
        oneByOne,
        seed,
      }),
    );
    const reports = await runProcesses(jobs);
    const done = reports.flatMap(({ settled }) => settled).length;
    const elapsed = Math.max(...reports.map(({ elapsedMs }) => elapsedMs));
    const latencies = reports.flatMap(({ admissionMs }) => admissionMs);
    const total = (of: 'reads' | 'writes' | 'commits' | 'conflicts') =>
      reports.reduce((sum, r) => sum + r[of], 0);
    return {
      what,
      'req/s': ((done * 1_000) / elapsed).toFixed(1),
      'p50 ms': percentile(latencies, 50).toFixed(1),
      'p99 ms': percentile(latencies, 99).toFixed(1),
      commits: total('commits'),
      conflicts: total('conflicts'),
      'reads/req': (total('reads') / REQUESTS).toFixed(3),
      'writes/req': (total('writes') / REQUESTS).toFixed(3),
      errors: reports.reduce((sum, report) => sum + errorsOf(report), 0),
      exact: (await isExact(uid, done)) ? 'yes' : 'NO',
    };
  }

  async function isExact(uid: string, done: number): Promise<boolean> {
    const { account } = await readState(firestore, uid);
    const records = await readRecords(firestore, uid);
    const sum = records.reduce((total, { costNanoUsd }) => total + costNanoUsd, 0);
    const settled = account.settled.total.nanoUsd;
    return records.length === done && settled === sum && sum <= BUDGET.nanoUsd && account.heldNanoUsd === 0;
  }

  /** One request after the other, beside a commit that only writes a document like the ledger's. */
  async function measureAlone() {
    const uid = await addUser(firestore, { ...LIMITS, budgets: [BUDGET] });
    const { ledger } = countedLedger(firestore);
    const plain = firestore.doc(`rateLimitBuckets/${uid}_plain`);
    await ledger.admit(request(uid));
    const { book } = await readState(firestore, uid);
    await plain.set(book);
    const took = {
      'one plain commit': [] as number[],
      'ledger: admit': [] as number[],
      'ledger: settle': [] as number[],
    };
    const time = async (into: number[], work: () => Promise<unknown>) => {
      const startedAt = performance.now();
      await work();
      into.push(performance.now() - startedAt);
    };
    for (let i = 0; i < 300; i++) {
      const ask = request(uid);
      await time(took['one plain commit'], () => plain.update({ ...book, tokens: i }));
      await time(took['ledger: admit'], () => ledger.admit(ask));
      await time(took['ledger: settle'], () => ledger.settle(ask.requestId, uid, facts(10, 100)));
    }
    return Object.fromEntries(
      Object.entries(took).map(([what, ms]) => [
        what,
        { p50: percentile(ms, 50).toFixed(2), p99: percentile(ms, 99).toFixed(2) },
      ]),
    );
  }
}

const errorsOf = ({ unexpected, refused }: WorkerReport): number =>
  unexpected.length + Object.values(refused).reduce((sum, count) => sum + count, 0);

function percentile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * p) / 100))] ?? Number.NaN;
}

if (process.argv[1] === import.meta.filename) {
  if (process.env['FIRESTORE_EMULATOR_HOST']) {
    await benchLedger();
  } else {
    const logFile = join(stateDir, 'logs/bench/firestore.log');
    const emulator = await startFirestore({ port: await freePort(), logFile });
    process.env['FIRESTORE_EMULATOR_HOST'] = emulator.host;
    try {
      await benchLedger();
    } finally {
      await emulator.managed.stop();
    }
  }
}
