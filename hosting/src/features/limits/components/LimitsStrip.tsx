import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect } from 'react';
import { Bar } from '#components/ui/bar.tsx';
import { onUsage } from '#lib/usage-news.ts';
import { limitsQuery } from '../api/get-limits.ts';
import { stripLimits } from '../state/limits.ts';

/** Spend against the budget and requests per minute, on every page; leads to all limits. */
export function LimitsStrip({ uid }: { uid: string }) {
  const client = useQueryClient();
  const { data } = useQuery(limitsQuery(uid));

  useEffect(
    () =>
      onUsage(() => {
        for (const queryKey of [['limits'], ['usage'], ['requests'], ['key-spend']]) {
          void client.invalidateQueries({ queryKey });
        }
      }),
    [client],
  );

  if (data === undefined) return null;
  const { budget, requests } = stripLimits(data.items);
  return (
    <Link
      to="/limits"
      className="flex h-8 items-center gap-4 rounded-sm px-2 whitespace-nowrap hover:bg-tint"
    >
      <span className="sr-only">Limits: </span>
      {budget !== undefined && (
        <span className="flex items-center gap-2">
          <span className="label max-lg:sr-only">{budget.shortLabel} </span>
          <span className="w-24 max-xl:hidden">
            <Bar value={budget.share} />
          </span>
          <span className="num">
            {budget.used} <span className="text-mute">/ {budget.limit}</span>
          </span>
        </span>
      )}
      {requests !== undefined && (
        <span className="num max-lg:hidden">
          <span className="text-label text-mute">RPM</span> {requests.used}{' '}
          <span className="text-mute">/ {requests.limit}</span>
        </span>
      )}
    </Link>
  );
}
