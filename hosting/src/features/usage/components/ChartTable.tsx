import { ROW, Table, Td, Th } from '#components/ui/table.tsx';
import { cost } from '#lib/format.ts';
import { usdOf } from '#lib/money.ts';
import type { Series } from '../state/chart.ts';

interface ChartTableProps {
  days: readonly string[];
  series: readonly Series[];
  sums: readonly bigint[];
}

/** What the chart draws, as exact figures; days without spend are left out. */
export function ChartTable({ days, series, sums }: ChartTableProps) {
  const rows = days.flatMap((day, i) => ((sums[i] ?? 0n) > 0n ? [{ day, i }] : []));
  return (
    <details className="mt-1">
      <summary className="text-mute">The figures of the chart</summary>
      <Table
        label="Spend per day"
        head={
          <>
            <Th>Day, UTC</Th>
            {series.map(({ name }) => (
              <Th key={name} numeric className="normal-case">
                {name}
              </Th>
            ))}
            <Th numeric>Sum</Th>
          </>
        }
      >
        {rows.map(({ day, i }) => (
          <tr key={day} className={ROW}>
            <Td className="num whitespace-nowrap">{day}</Td>
            {series.map(({ name, values }) => (
              <Td key={name} numeric>
                {cost(usdOf(values[i] ?? 0n))}
              </Td>
            ))}
            <Td numeric>{cost(usdOf(sums[i] ?? 0n))}</Td>
          </tr>
        ))}
      </Table>
    </details>
  );
}
