import { queryOptions } from '@tanstack/react-query';
import { fetchWithClientToken } from '../auth/client-token.ts';
import { loadConfig } from '../config.ts';
import type { ProviderList } from './types.ts';

/** Providers and models that this person may use, with prices; from the function itself. */
export function providersQuery(uid: string) {
  return queryOptions({
    queryKey: ['providers', uid],
    queryFn: async ({ signal }) => {
      const { functionsBaseUrl } = await loadConfig();
      const response = await fetchWithClientToken(`${functionsBaseUrl}/listProviders`, { signal });
      return ((await response.json()) as ProviderList).providers;
    },
    staleTime: 5 * 60_000,
  });
}
