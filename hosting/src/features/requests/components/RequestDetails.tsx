import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { buttonClass } from '#components/ui/button.tsx';
import { CopyButton } from '#components/ui/copy-button.tsx';
import { Drawer } from '#components/ui/drawer.tsx';
import { providersQuery } from '#lib/api/providers.ts';
import type { UsageRecord } from '#lib/api/types.ts';
import { cx } from '#lib/cx.ts';
import { cost, count, duration } from '#lib/format.ts';
import { moment } from '#lib/time.ts';
import { priceWords, REASONS, SOURCES, STATUSES, tokensPerSecond, unitWords } from '../state/describe.ts';

interface RequestDetailsProps {
  record: UsageRecord;
  uid: string;
  keyName: string;
  onClose: () => void;
}

/** Everything that is known of one request. Prompts and answers are not: the gateway keeps none. */
export function RequestDetails({ record, uid, keyName, onClose }: RequestDetailsProps) {
  const { data: providers = [] } = useQuery(providersQuery(uid));
  const model = providers
    .find((provider) => provider.id === record.provider)
    ?.models.find(({ id }) => id === record.model);
  const status = STATUSES[record.status];
  const speed = tokensPerSecond(record);
  return (
    <Drawer title="Request" onClose={onClose}>
      <div data-state={status.rail} className="rail mb-4 pl-3">
        <p className={cx('font-medium', status.colour)}>{status.words}</p>
        <p>{REASONS[record.terminationReason]}</p>
      </div>
      <dl className="mb-4">
        <Fact name="Request id">{record.id}</Fact>
        <Fact name="When">{moment(record.timestamp)}</Fact>
        <Fact name="Model">{record.model}</Fact>
        <Fact name="Provider">{record.provider}</Fact>
        <Fact name="Route">{record.route}</Fact>
        <Fact name="Key">{keyName}</Fact>
        <Fact name="First token">
          {record.timeToFirstTokenMs === undefined ? '–' : duration(record.timeToFirstTokenMs)}
        </Fact>
        <Fact name="Total">{duration(record.latencyMs)}</Fact>
        <Fact name="Speed">{speed === undefined ? '–' : `${count(speed)} tokens/s`}</Fact>
        <Fact name="Tokens in">{count(record.inputTokens)}</Fact>
        <Fact name="· from the cache">{count(record.cachedInputTokens)}</Fact>
        <Fact name="· into the cache">{count(record.cacheWriteInputTokens)}</Fact>
        <Fact name="Tokens out">{count(record.outputTokens)}</Fact>
        <Fact name="· of them reasoning">{count(record.reasoningTokens)}</Fact>
        <Fact name="Tokens were">{SOURCES[record.source]}</Fact>
        {record.units !== undefined && <Fact name="Made or kept">{unitWords(record.units)}</Fact>}
        <Fact name="Cost">{cost(record.cost.usd)}</Fact>
        <Fact name="Price today">{priceWords(model?.pricesPerMillionTokens) ?? '–'}</Fact>
      </dl>
      <h3 className="mb-1 font-semibold">Attempts</h3>
      <ol className="mb-4">
        {record.attempts.map((attempt, index) => {
          const { rail, words, colour } = STATUSES[attempt.status];
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: attempts have no id and never change their order.
            <li key={index} data-state={rail} className="rail mb-2 pl-3">
              <p className="flex flex-wrap gap-x-3">
                <span className={colour}>{words}</span>
                <span className="num">
                  {attempt.provider}/{attempt.model}
                </span>
                <span className="num">{duration(attempt.latencyMs)}</span>
                {record.attempts.length > 1 && attempt.cost && (
                  <span className="num">{cost(attempt.cost.usd)}</span>
                )}
                {attempt.upstreamStatus !== undefined && (
                  <span className="num">HTTP {attempt.upstreamStatus}</span>
                )}
              </p>
              {attempt.upstreamRequestId !== undefined && (
                <p className="num break-all text-mute">{attempt.upstreamRequestId}</p>
              )}
            </li>
          );
        })}
        {record.attempts.length === 0 && <li className="text-mute">None reached a provider.</li>}
      </ol>
      <div className="flex flex-wrap gap-2">
        {record.units === undefined && (
          <Link
            to="/playground"
            search={{ m: [`${record.provider}/${record.model}`] }}
            className={buttonClass('primary')}
          >
            Open in playground
          </Link>
        )}
        <CopyButton text={record.id} label="Copy the request id" />
      </div>
    </Drawer>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="flex min-h-8 items-baseline justify-between gap-4 border-b py-1">
      <dt className="shrink-0 text-mute">{name}</dt>
      <dd className="num min-w-0 text-right [overflow-wrap:anywhere]">{children}</dd>
    </div>
  );
}
