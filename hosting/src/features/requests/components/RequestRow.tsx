import { ROW, Td } from '#components/ui/table.tsx';
import type { UsageRecord } from '#lib/api/types.ts';
import { cx } from '#lib/cx.ts';
import { cost, count, duration } from '#lib/format.ts';
import { spend } from '#lib/money.ts';
import { moment } from '#lib/time.ts';
import { STATUSES, unitWords } from '../state/describe.ts';

interface RequestRowProps {
  record: UsageRecord;
  keyName: string;
  onOpen: (record: UsageRecord) => void;
}

/** A press anywhere opens the row; the keyboard finds the button in its first cell. */
export function RequestRow({ record, keyName, onOpen }: RequestRowProps) {
  const status = STATUSES[record.status];
  return (
    <tr className={cx(ROW, 'cursor-pointer')} onClick={() => onOpen(record)}>
      <Td>
        <div data-state={status.rail} className="rail pl-2.5">
          <button type="button" aria-haspopup="dialog" className="num whitespace-nowrap hocus:underline">
            <span className="max-sm:hidden">{moment(record.timestamp)}</span>
            <span className="sm:hidden">{moment(record.timestamp).slice(5, 16)}</span>
          </button>
          <span className={cx('block sm:hidden', status.colour)}>{status.words}</span>
        </div>
      </Td>
      <Td className="w-full max-w-0 sm:w-1/4">
        <div className="truncate" title={`${record.provider}/${record.model}`}>
          {record.model}
        </div>
      </Td>
      <Td className="max-w-44 max-lg:hidden">
        <div className="truncate" title={keyName}>
          {keyName}
        </div>
      </Td>
      <Td numeric className="max-md:hidden">
        {unitWords(record.units) ?? `${count(record.inputTokens)} → ${count(record.outputTokens)}`}
      </Td>
      <Td numeric className="max-lg:hidden">
        {record.timeToFirstTokenMs === undefined ? '–' : duration(record.timeToFirstTokenMs)}
      </Td>
      <Td numeric className="max-md:hidden">
        {duration(record.latencyMs)}
      </Td>
      <Td numeric title={`${cost(record.cost.usd)} exactly`}>
        {spend(record.cost.usd)}
      </Td>
      <Td className={cx('whitespace-nowrap max-sm:hidden', status.colour)}>{status.words}</Td>
    </tr>
  );
}
