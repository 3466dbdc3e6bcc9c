import { queryOptions } from '@tanstack/react-query';
import { api } from '#lib/api/client.ts';
import type { Limits } from '#lib/api/types.ts';

/** What is left of each limit, as the ledger has it now; asked again when the window is looked at again. */
export function limitsQuery(uid: string) {
  return queryOptions({
    queryKey: ['limits', uid],
    queryFn: async ({ signal }) => {
      const { data } = await api.GET('/api/v1/limits', { signal });
      return data as Limits;
    },
    staleTime: 5_000,
    refetchOnWindowFocus: true,
  });
}
