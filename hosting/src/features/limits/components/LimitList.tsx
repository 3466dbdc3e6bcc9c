import { useQuery } from '@tanstack/react-query';
import { Bar } from '#components/ui/bar.tsx';
import { Button } from '#components/ui/button.tsx';
import { LoadFailed } from '#components/ui/load-failed.tsx';
import { Page } from '#components/ui/page.tsx';
import { ROW, Table, Td, Th } from '#components/ui/table.tsx';
import { useSessionUser } from '#lib/auth/session.ts';
import { cx } from '#lib/cx.ts';
import { span } from '#lib/time.ts';
import { limitsQuery } from '../api/get-limits.ts';
import { type LimitView, viewOf } from '../state/limits.ts';

const NEARLY = 0.8;

export function LimitList() {
  const uid = useSessionUser()?.uid ?? '';
  const { data, error, isError, isFetching, refetch } = useQuery(limitsQuery(uid));
  return (
    <Page
      title="Limits"
      description={
        data === undefined ? (
          'What is left of each, as the ledger has it now.'
        ) : (
          <>
            Those of the <span className="num">{data.tier}</span> tier, or set for you. A request that would
            pass one is refused before it costs anything.
          </>
        )
      }
      actions={
        <Button busy={isFetching} onClick={() => void refetch()}>
          {isFetching ? 'Reading…' : 'Read again'}
        </Button>
      }
    >
      {isError && <LoadFailed what="The limits" error={error} onRetry={() => void refetch()} />}
      {data === undefined && !isError && (
        <p role="status" className="text-mute">
          Reading the limits…
        </p>
      )}
      {data !== undefined && (
        <Table
          label="Limits"
          busy={isFetching}
          head={
            <>
              <Th>Limit</Th>
              <Th className="w-1/3 max-md:hidden">
                <span className="sr-only">Share used</span>
              </Th>
              <Th numeric>Used</Th>
              <Th numeric>Left</Th>
              <Th numeric className="max-sm:hidden">
                Whole again
              </Th>
              <Th className="max-sm:hidden">State</Th>
            </>
          }
        >
          {data.items.map(viewOf).map((limit) => (
            <Row key={limit.name} limit={limit} />
          ))}
        </Table>
      )}
    </Page>
  );
}

function Row({ limit }: { limit: LimitView }) {
  const [rail, words, colour] =
    limit.share >= 1
      ? ['failed', 'Used up', 'text-bad']
      : limit.share >= NEARLY
        ? ['warn', 'Nearly used up', 'text-warn']
        : ['done', 'Free', 'text-ok'];
  return (
    <tr className={ROW}>
      <Td>
        <div data-state={rail} className="rail pl-2.5 font-medium">
          {limit.label}
          <span className={cx('block font-normal sm:hidden', colour)}>
            {words}
            {limit.resetSeconds !== undefined && `, whole in ${span(limit.resetSeconds)}`}
          </span>
        </div>
      </Td>
      <Td className="max-md:hidden">
        <Bar label={limit.label} value={limit.share} />
      </Td>
      <Td numeric>
        {limit.used} <span className="text-mute">/ {limit.limit}</span>
      </Td>
      <Td numeric>{limit.remaining}</Td>
      <Td numeric className="max-sm:hidden">
        {limit.resetSeconds === undefined ? '–' : `in ${span(limit.resetSeconds)}`}
      </Td>
      <Td className={cx('whitespace-nowrap max-sm:hidden', colour)}>{words}</Td>
    </tr>
  );
}
