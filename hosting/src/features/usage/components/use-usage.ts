import { useQueries, useQuery } from '@tanstack/react-query';
import { keyNamesQuery } from '#lib/api/key-names.ts';
import type { UsageSummaryItem } from '#lib/api/types.ts';
import { summaryQuery } from '../api/summary.ts';
import { MOST_SERIES, seriesOf } from '../state/chart.ts';
import { type Group, type Range, rangeBefore } from '../state/range.ts';
import { totalsOf } from '../state/totals.ts';

/** Everything that the page shows of a range; the parts come as they are known. */
export function useUsage(uid: string, range: Range, group: Group) {
  const { from, to, days } = range;
  const byModel = useQuery(summaryQuery(uid, { groupBy: 'model', from, to }));
  const byGroup = useQuery(summaryQuery(uid, { groupBy: group, from, to }));
  const byDay = useQuery(summaryQuery(uid, { groupBy: 'day', from, to }));
  const before = useQuery(summaryQuery(uid, { groupBy: 'provider', ...rangeBefore(range) }));
  const names = useQuery({ ...keyNamesQuery(uid), enabled: group === 'apiKey' });

  const spenders = (byModel.data ?? []).filter((item) => !/^0(\.0*)?$/.test(item.cost.usd));
  const hasOthers = spenders.length > MOST_SERIES;
  const drawn = spenders.slice(0, hasOthers ? MOST_SERIES - 1 : MOST_SERIES);
  const modelDays = useQueries({
    queries: drawn.map(({ provider = '', model = '' }) =>
      summaryQuery(uid, { groupBy: 'day', from, to, provider, model }),
    ),
  });
  const models = drawn.map(({ model = '' }, i) => ({ name: model, items: modelDays[i]?.data ?? [] }));

  const failed = [byModel, byGroup, byDay, ...modelDays].find((query) => query.isError);
  return {
    totals: byModel.data && totalsOf(byModel.data),
    before: before.data && totalsOf(before.data),
    series: seriesOf(days, byDay.data ?? [], models, hasOthers),
    rows: byGroup.data?.map((item) => ({ name: nameOf(item, group, names.data), item })),
    busy: [byModel, byGroup, byDay, ...modelDays].some((query) => query.isFetching),
    error: failed?.error,
    retry: () => {
      for (const query of [byModel, byGroup, byDay, ...modelDays]) if (query.isError) void query.refetch();
    },
  };
}

function nameOf(item: UsageSummaryItem, group: Group, keys: ReadonlyMap<string, string> | undefined): string {
  if (group === 'model') return item.model ?? '';
  if (group === 'provider') return item.provider ?? '';
  return item.apiKeyId == null ? 'Without a key' : (keys?.get(item.apiKeyId) ?? item.apiKeyId);
}
