import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Download } from 'lucide-react';
import { Button, buttonClass } from '#components/ui/button.tsx';
import { LoadFailed } from '#components/ui/load-failed.tsx';
import { Notice } from '#components/ui/notice.tsx';
import { Page } from '#components/ui/page.tsx';
import { Segments } from '#components/ui/segments.tsx';
import { ROW, Table, Td, Th } from '#components/ui/table.tsx';
import { INPUT } from '#components/ui/text-field.tsx';
import { toApiError } from '#lib/api/errors.ts';
import { useSessionUser } from '#lib/auth/session.ts';
import { cx } from '#lib/cx.ts';
import { cost, count } from '#lib/format.ts';
import { spend } from '#lib/money.ts';
import { saveFile } from '#lib/save-file.ts';
import { fetchCsv } from '../api/download-csv.ts';
import { GROUPS, lastDays, type Range, rangeOf, type UsageSearch } from '../state/range.ts';
import { Metrics } from './Metrics.tsx';
import { SpendChart } from './SpendChart.tsx';
import { useUsage } from './use-usage.ts';

interface UsageProps {
  search: UsageSearch;
  onSearch: (search: UsageSearch) => void;
}

export function Usage({ search, onSearch }: UsageProps) {
  const uid = useSessionUser()?.uid ?? '';
  const range = rangeOf(search, Date.now());
  const group = search.group ?? 'model';
  const { totals, before, series, rows, busy, error, retry } = useUsage(uid, range, group);
  const csv = useMutation({
    mutationFn: () => fetchCsv(range),
    onSuccess: (text) => saveFile(`usage-${range.from}-${range.to}.csv`, 'text/csv', text),
  });
  const empty = totals?.requests === 0;
  return (
    <Page
      title="Usage"
      actions={
        <>
          <RangeFields range={range} onSearch={(change) => onSearch({ ...search, ...change })} />
          <Button busy={csv.isPending} disabled={empty} onClick={() => csv.mutate()}>
            <Download size={16} />
            {csv.isPending ? 'Downloading…' : 'CSV'}
          </Button>
        </>
      }
    >
      {csv.isError && (
        <Notice tone="failed" live className="mb-4">
          The CSV was not made: {toApiError(csv.error).message}
        </Notice>
      )}
      {error !== undefined && <LoadFailed what="The usage" error={error} onRetry={retry} />}
      {totals === undefined && error === undefined && (
        <p role="status" className="text-mute">
          Adding up…
        </p>
      )}
      {totals !== undefined && <Metrics totals={totals} before={before} days={range.days.length} />}
      {empty && (
        <Notice tone="idle">
          <p className="mb-2">Nothing was used in these days.</p>
          <Link to="/playground" className={buttonClass('primary')}>
            Open the playground
          </Link>
        </Notice>
      )}
      {totals !== undefined && !empty && (
        <>
          <SpendChart days={range.days} series={series} />
          <div className="mb-1">
            <Segments
              label="Group by"
              value={group}
              options={GROUPS}
              onChange={(next) => onSearch({ ...search, group: next === 'model' ? undefined : next })}
            />
          </div>
          <Table
            label={`Usage by ${GROUPS.find(([name]) => name === group)?.[1].toLowerCase()}`}
            busy={busy}
            head={
              <>
                <Th>{GROUPS.find(([name]) => name === group)?.[1]}</Th>
                <Th numeric>Requests</Th>
                <Th numeric className="max-md:hidden">
                  Errors
                </Th>
                <Th numeric className="max-sm:hidden">
                  Tokens in
                </Th>
                <Th numeric className="max-sm:hidden">
                  Tokens out
                </Th>
                <Th numeric>Spend</Th>
              </>
            }
          >
            {rows?.map(({ name, item }) => (
              <tr key={`${item.provider}/${item.model}/${item.apiKeyId}`} className={ROW}>
                <Td className="max-w-0 min-w-24 sm:w-1/3">
                  <div className="truncate" title={name}>
                    {name}
                  </div>
                </Td>
                <Td numeric>{count(item.requests)}</Td>
                <Td numeric className={cx('max-md:hidden', item.errors > 0 && 'text-bad')}>
                  {count(item.errors)}
                </Td>
                <Td numeric className="max-sm:hidden">
                  {count(item.inputTokens)}
                </Td>
                <Td numeric className="max-sm:hidden">
                  {count(item.outputTokens)}
                </Td>
                <Td numeric title={`${cost(item.cost.usd)} exactly`}>
                  {spend(item.cost.usd)}
                </Td>
              </tr>
            ))}
          </Table>
        </>
      )}
    </Page>
  );
}

function RangeFields({ range, onSearch }: { range: Range; onSearch: UsageProps['onSearch'] }) {
  const day = (name: 'from' | 'to', label: string) => (
    <input
      type="date"
      aria-label={label}
      value={range[name]}
      onChange={(event) => {
        // An emptied or half-typed day is not a day yet.
        if (event.target.value === '') return;
        onSearch({ from: range.from, to: range.to, [name]: event.target.value });
      }}
      className={cx(INPUT, 'num w-35!')}
    />
  );
  return (
    <div className="flex flex-wrap items-center gap-2">
      {day('from', 'From, UTC')}
      <span className="text-mute" aria-hidden="true">
        –
      </span>
      {day('to', 'To, UTC')}
      <Segments
        label="Range"
        value={range.preset === 'custom' ? undefined : range.preset}
        options={[
          ['7d', '7d'],
          ['30d', '30d'],
        ]}
        onChange={(preset) => onSearch(lastDays(preset === '7d' ? 7 : 30, Date.now()))}
      />
    </div>
  );
}
