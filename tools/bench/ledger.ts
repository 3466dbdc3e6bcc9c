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
import { print, progress } from '../lib/say.ts';
import type { BenchStack } from './stack.ts';
import { percentile } from './stats.ts';
import { type Cell, table } from './table.ts';

const HOLD = 1_000_000;
const LIMITS = { tokens: { capacity: 1e9, refillPerSecond: 1e6 }, requestsPerMinute: 1e6, concurrency: 500 };
const PROVIDER_MS = 20;

type Client = ReturnType<typeof openFirestore>;

/**
 * What the ledger's group commit buys: requests of one user, admitted and settled with a provider of 20 ms in
 * between, first with one compare-and-set per operation, then through the ledger, from one process and from
 * several. Each row checks at its end that the records add up to what is settled, that nothing is held and that the
 * budget covers it (I1, I3).
 */
export async function benchLedger(_: BenchStack, quick: boolean): Promise<void> {
  const requests = quick ? 200 : 1_000;
  const firestore = openFirestore();
  try {
    const rows: Row[] = [];
    const add = async (what: string, processes: number, concurrency: number, oneByOne = false) => {
      progress(`The ledger: ${what} ...`);
      rows.push({ what, ...(await measure(firestore, { requests, processes, concurrency, oneByOne })) });
    };
    await add('one commit per operation, 1 x 64', 1, 64, true);
    await add('ledger, 1 x 64', 1, 64);
    for (const processes of [1, 2, 4, 8]) await add(`ledger, ${processes} x 32`, processes, 32);
    print(
      `The ledger: ${requests} requests of one user, ${PROVIDER_MS} ms at the provider; processes x concurrency`,
    );
    print(report(rows));
    const [before, after] = rows;
    if (before && after) {
      print(
        `Through the ledger at 1 x 64: ${(after.perSecond / before.perSecond).toFixed(0)} times the rate.\n`,
      );
    }
    print('One request after the other, ms');
    print(await measureAlone(firestore, quick ? 100 : 300));
  } finally {
    await firestore.terminate();
  }
}

interface Run {
  requests: number;
  processes: number;
  concurrency: number;
  oneByOne: boolean;
}

interface Row {
  what: string;
  perSecond: number;
  admissionMs: number[];
  commits: number;
  conflicts: number;
  readsPerRequest: number;
  writesPerRequest: number;
  errors: number;
  isExact: boolean;
}

async function measure(firestore: Client, run: Run): Promise<Omit<Row, 'what'>> {
  const { requests, processes, concurrency, oneByOne } = run;
  const budget = { period: 'day', nanoUsd: requests * HOLD } as const;
  const uid = await addUser(firestore, { ...LIMITS, budgets: [budget] });
  const reports = await runProcesses(
    Array.from(
      { length: processes },
      (_, seed): WorkerJob => ({
        uid,
        requests: requests / processes,
        concurrency,
        nanoUsd: HOLD,
        leastNanoUsd: HOLD / 2,
        tokens: 1_000,
        providerMs: PROVIDER_MS,
        retry: false,
        oneByOne,
        seed,
      }),
    ),
  );
  const done = reports.flatMap(({ settled }) => settled).length;
  const total = (of: 'reads' | 'writes' | 'commits' | 'conflicts') =>
    reports.reduce((sum, r) => sum + r[of], 0);
  return {
    perSecond: (done * 1_000) / Math.max(...reports.map(({ elapsedMs }) => elapsedMs)),
    admissionMs: reports.flatMap(({ admissionMs }) => admissionMs),
    commits: total('commits'),
    conflicts: total('conflicts'),
    readsPerRequest: total('reads') / requests,
    writesPerRequest: total('writes') / requests,
    errors: reports.reduce((sum, each) => sum + errorsOf(each), 0),
    isExact: await isExact(firestore, uid, done, budget.nanoUsd),
  };
}

async function isExact(firestore: Client, uid: string, done: number, budget: number): Promise<boolean> {
  const { account } = await readState(firestore, uid);
  const records = await readRecords(firestore, uid);
  const sum = records.reduce((total, { costNanoUsd }) => total + costNanoUsd, 0);
  const settled = account.settled.total.nanoUsd;
  return records.length === done && settled === sum && sum <= budget && account.heldNanoUsd === 0;
}

/** Beside a commit that only writes a document like the ledger's. */
async function measureAlone(firestore: Client, times: number): Promise<string> {
  const uid = await addUser(firestore, LIMITS);
  const { ledger } = countedLedger(firestore);
  await ledger.admit(request(uid));
  const { book } = await readState(firestore, uid);
  const plain = firestore.doc(`rateLimitBuckets/${uid}_plain`);
  await plain.set(book);
  const took = { 'one plain commit': [] as number[], admit: [] as number[], settle: [] as number[] };
  const time = async (into: number[], work: () => Promise<unknown>) => {
    const startedAt = performance.now();
    await work();
    into.push(performance.now() - startedAt);
  };
  for (let i = 0; i < times; i++) {
    const ask = request(uid);
    await time(took['one plain commit'], () => plain.update({ ...book, tokens: i }));
    await time(took.admit, () => ledger.admit(ask));
    await time(took.settle, () => ledger.settle(ask.requestId, uid, facts(10, 100)));
  }
  return table(
    ['', 'p50', 'p99'],
    Object.entries(took).map(([what, ms]) => [what, percentile(ms, 0.5), percentile(ms, 0.99)]),
  );
}

function report(rows: readonly Row[]): string {
  const head = [
    '',
    'req/s',
    'admit p50 ms',
    'p99 ms',
    'commits',
    'conflicts',
    'reads/req',
    'writes/req',
    'errors',
    'exact',
  ];
  const cells = (row: Row): Cell[] => [
    row.what,
    row.perSecond,
    percentile(row.admissionMs, 0.5),
    percentile(row.admissionMs, 0.99),
    String(row.commits),
    String(row.conflicts),
    row.readsPerRequest.toFixed(3),
    row.writesPerRequest.toFixed(3),
    String(row.errors),
    row.isExact ? 'yes' : 'NO',
  ];
  return table(head, rows.map(cells));
}

const errorsOf = ({ unexpected, refused }: WorkerReport): number =>
  unexpected.length + Object.values(refused).reduce((sum, count) => sum + count, 0);
