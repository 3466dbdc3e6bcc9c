import type { ReactNode } from 'react';
import { Bar } from '#components/ui/bar.tsx';
import type { ApiKey } from '#lib/api/types.ts';
import { cost, count } from '#lib/format.ts';
import { amount, share, spend } from '#lib/money.ts';
import { ago, moment, span } from '#lib/time.ts';
import { shownPeriod } from '../state/spend-since.ts';

/** Everything that is set on a key, and what it has spent. */
export function KeyFacts({ apiKey, spent }: { apiKey: ApiKey; spent: string | undefined }) {
  const { budget, limits = {}, rotation, tags = {} } = apiKey;
  const caps = [
    limits.requestsPerMinute !== undefined && `${count(limits.requestsPerMinute)} requests a minute`,
    limits.tokensPerMinute !== undefined && `${count(limits.tokensPerMinute)} tokens a minute`,
    limits.concurrency !== undefined && `${count(limits.concurrency)} at once`,
  ].filter((cap) => cap !== false);
  return (
    <dl className="grid gap-x-6 gap-y-3 sm:grid-cols-2 xl:grid-cols-4">
      <Fact name={shownPeriod(apiKey) === 'total' ? 'Spend in total' : `Spend this ${shownPeriod(apiKey)}`}>
        <span className="num text-metric" title={spent === undefined ? undefined : `${cost(spent)} exactly`}>
          {spent === undefined ? '–' : spend(spent)}
        </span>
        {budget === undefined ? (
          <span className="text-mute"> no budget</span>
        ) : (
          <>
            <span className="num text-mute"> / {amount(budget.usd)}</span>
            <Bar
              label="Spend of the budget"
              value={spent === undefined ? 0 : share(spent, budget.usd)}
              className="mt-1 max-w-60"
            />
          </>
        )}
      </Fact>
      <Fact name="Last used">
        {apiKey.lastUsedAt === undefined ? 'Never' : <When at={apiKey.lastUsedAt} relative />}
      </Fact>
      <Fact name="Created">
        <When at={apiKey.createdAt} />
      </Fact>
      <Fact name="Expires">{apiKey.expiresAt === undefined ? 'Never' : <When at={apiKey.expiresAt} />}</Fact>
      <Fact name="Scopes">
        <List items={apiKey.scopes} />
      </Fact>
      <Fact name="Providers">
        {apiKey.providers === undefined ? 'All' : <List items={apiKey.providers} />}
      </Fact>
      <Fact name="Models">{apiKey.models === undefined ? 'All' : <List items={apiKey.models} />}</Fact>
      <Fact name="Limits">{caps.length === 0 ? 'Those of your account' : caps.join(', ')}</Fact>
      <Fact name="Rotation">
        {rotation === undefined
          ? 'By hand'
          : `Every ${rotation.everyDays} days; the old secret works on for ${span(rotation.graceSeconds)}`}
      </Fact>
      <Fact name="Tags">
        {Object.keys(tags).length === 0 ? (
          'None'
        ) : (
          <List items={Object.entries(tags).map(([name, value]) => `${name}=${value}`)} />
        )}
      </Fact>
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="min-w-0 [overflow-wrap:anywhere]">
      <dt className="label">{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function List({ items }: { items: readonly string[] }) {
  return <span className="num">{items.join(', ')}</span>;
}

function When({ at, relative = false }: { at: string; relative?: boolean }) {
  return (
    <time dateTime={at} title={moment(at)} className="num">
      {relative ? ago(at, Date.now()) : moment(at)}
    </time>
  );
}
