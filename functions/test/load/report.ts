import { percentile } from '../../../tools/bench/stats.ts';
import { type Cell, table } from '../../../tools/bench/table.ts';
import type { Check } from './checks.ts';
import type { Exactness } from './exactness.ts';
import type { MemorySample } from './memory.ts';
import { memoryGrowth } from './memory.ts';
import type { Kind } from './plan.ts';
import type { Traffic } from './traffic.ts';

const MIB = 1024 * 1024;

export function throughputReport(traffic: Traffic): string {
  const { endings, elapsedMs } = traffic;
  const all = [...endings.values()].reduce((sum, count) => sum + count, 0);
  const perSecond = (count: number) => (1000 * count) / elapsedMs;
  const rows = [...endings]
    .sort(([a], [b]) => a.localeCompare(b, 'en'))
    .map(([kind, count]): Cell[] => [kind, String(count), perSecond(count)]);
  const latencies: [string, number[]][] = [
    ['whole', traffic.wholeMs],
    ['streamed, first text', traffic.firstMs],
    ['streamed, to its end', traffic.streamedMs],
    ['refused', traffic.refusedMs],
  ];
  return [
    `${all} requests in ${(elapsedMs / 1000).toFixed(1)} s, ${perSecond(all).toFixed(0)} a second`,
    table(['ended with', 'count', 'a second'], rows),
    table(
      ['ms', 'p50', 'p90', 'p99', 'most'],
      latencies.map(([name, samples]): Cell[] => [
        name,
        ...[0.5, 0.9, 0.99, 1].map((share) => percentile(samples, share)),
      ]),
    ),
  ].join('\n\n');
}

export function limitsReport(exactness: readonly { kind: Kind; exactness: Exactness }[]): string {
  const rows = exactness.map(({ kind, exactness: { unit, admitted, allowed, over } }): Cell[] => [
    `${kind} (${unit})`,
    String(admitted),
    allowed === undefined ? 'not reached' : String(Math.floor(allowed)),
    allowed === undefined ? '' : `${((100 * admitted) / allowed).toFixed(1)} %`,
    String(over),
  ]);
  return `How exact the limits were, one user a row\n\n${table(['limit', 'admitted', 'allowed', '', 'over'], rows)}`;
}

export function memoryReport(instances: readonly (readonly MemorySample[])[]): string {
  const rows = instances.map((samples, i): Cell[] => {
    const { quarter, end, most } = memoryGrowth(samples);
    return [
      `instance ${i + 1}`,
      (samples[0]?.bytes ?? Number.NaN) / MIB,
      quarter / MIB,
      end / MIB,
      most / MIB,
      end / quarter,
    ];
  });
  const head = ['resident MiB', 'at first', 'at a quarter', 'at the end', 'most', 'end / quarter'];
  return `Memory of the serving process\n\n${table(head, rows)}`;
}

export function checksReport(checks: readonly Check[]): string {
  const rows = checks.map(({ name, ok, found }) => [name, `${ok ? 'holds' : 'BROKEN'}: ${found}`]);
  const width = Math.max(...rows.map(([name = '']) => name.length));
  return ['What must hold', ...rows.map(([name = '', found]) => `  ${name.padEnd(width)}  ${found}`)].join(
    '\n',
  );
}
