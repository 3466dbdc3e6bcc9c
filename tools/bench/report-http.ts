import { type Cells, CONCURRENCIES, MODES } from './cells.ts';
import { perSecond } from './drive.ts';
import type { FirestoreTime } from './firestore-time.ts';
import { mean, median, percentile } from './stats.ts';
import type { Mode } from './systems.ts';
import { type Cell, table } from './table.ts';

const TITLES: Record<Mode, string> = {
  whole: 'Whole answers: 40 tokens, the provider answers at once',
  streamed: 'Streamed answers: 40 tokens, two a chunk, a chunk each 2 ms',
};

/** The tables; `systems[0]` is what all are compared with. */
export function httpReport(systems: readonly string[], cells: Cells, firestore: FirestoreTime[]): string {
  const [direct = ''] = systems;
  const sections = MODES.flatMap((mode) =>
    CONCURRENCIES.map((concurrency) => {
      const rows = systems.map((name) => latencyRow(name, direct, cells, mode, concurrency));
      return `${TITLES[mode]}; ${concurrency} at once\n\n${table(latencyHead(mode), rows)}`;
    }),
  );
  return [...sections, firestoreSection(firestore), remainderSection(direct, cells, firestore)].join('\n\n');
}

const latencyHead = (mode: Mode): string[] => [
  'times in ms',
  'req/s',
  ...(mode === 'streamed' ? ['first p50', 'first p99'] : []),
  'p50',
  'p99',
  ...(mode === 'streamed' ? ['first x direct'] : []),
  'p50 x direct',
  'req/s x direct',
  'CPU ms/req',
];

function latencyRow(name: string, direct: string, cells: Cells, mode: Mode, concurrency: number): Cell[] {
  const own = cells.of(name, mode, concurrency);
  const base = cells.of(direct, mode, concurrency);
  const streamed = mode === 'streamed';
  return [
    name,
    perSecond(own),
    ...(streamed ? [median(own.firstMs), percentile(own.firstMs, 0.99)] : []),
    median(own.totalMs),
    percentile(own.totalMs, 0.99),
    ...(streamed ? [median(own.firstMs) / median(base.firstMs)] : []),
    median(own.totalMs) / median(base.totalMs),
    perSecond(own) / perSecond(base),
    own.cpuMs / own.totalMs.length,
  ];
}

function firestoreSection(times: FirestoreTime[]): string {
  const rows = times.map((time): Cell[] => [
    `${time.users}, ${time.concurrency} at once`,
    perSecond(time.samples),
    median(time.admitMs),
    percentile(time.admitMs, 0.99),
    median(time.settleMs),
    percentile(time.settleMs, 0.99),
    time.reads / time.requests,
    time.writes / time.requests,
  ]);
  const head = ['times in ms', 'req/s', 'admit p50', 'p99', 'settle p50', 'p99', 'reads', 'writes'];
  return `Firestore alone: the ledger's admission and settlement, in a process without HTTP or a provider; documents per request\n\n${table(head, rows)}`;
}

/** Means, since only they add up. */
function remainderSection(direct: string, cells: Cells, times: FirestoreTime[]): string {
  const rows = MODES.flatMap((mode) =>
    times.map((time): Cell[] => {
      const { users, concurrency } = time;
      const firegate = mean(cells.of(`Firegate, ${users}`, mode, concurrency).totalMs);
      const base = mean(cells.of(direct, mode, concurrency).totalMs);
      const firestore = mean(time.samples.totalMs);
      return [
        `${mode}, ${users}, ${concurrency} at once`,
        firegate,
        base,
        firestore,
        firegate - base - firestore,
      ];
    }),
  );
  const head = ['mean ms', 'Firegate', 'direct', 'Firestore alone', 'the rest'];
  return `Where Firegate's time goes\n\n${table(head, rows)}`;
}
