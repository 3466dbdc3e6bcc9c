import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api } from '#lib/api/client.ts';

export interface SummaryQuery {
  groupBy: 'day' | 'model' | 'provider' | 'apiKey';
  /** UTC days, both inclusive. */
  from: string;
  to: string;
  provider?: string;
  model?: string;
}

/** Sums of usage, the dearest first; what was shown stays while another range loads. */
export function summaryQuery(uid: string, query: SummaryQuery) {
  return queryOptions({
    queryKey: ['usage', uid, query],
    queryFn: async ({ signal }) => {
      const { data } = await api.GET('/api/v1/usage/summary', { signal, params: { query } });
      return data?.items ?? [];
    },
    placeholderData: keepPreviousData,
  });
}
