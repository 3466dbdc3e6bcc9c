import { infiniteQueryOptions, keepPreviousData } from '@tanstack/react-query';
import { api } from '#lib/api/client.ts';
import type { UsageRecord } from '#lib/api/types.ts';
import type { RequestFilters } from '../state/filters.ts';

interface Page {
  items: UsageRecord[];
  nextCursor?: string;
}

/** Requests with what they took, the newest first, page by page; older rows stay while other filters load. */
export function requestsQuery(uid: string, { provider, model, apiKeyId }: RequestFilters) {
  return infiniteQueryOptions({
    queryKey: ['requests', uid, { provider, model, apiKeyId }],
    queryFn: async ({ signal, pageParam }): Promise<Page> => {
      const query = {
        limit: 50,
        ...(provider && { provider }),
        ...(model && { model }),
        ...(apiKeyId && { apiKeyId }),
        ...(pageParam && { cursor: pageParam }),
      };
      const { data } = await api.GET('/api/v1/usage', { signal, params: { query } });
      // The same route answers CSV where that is asked for.
      return typeof data === 'object' ? data : { items: [] };
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
  });
}
