import { queryOptions } from '@tanstack/react-query';
import { api } from '#lib/api/client.ts';

/** The server's view of the account: tier, state, since when. */
export function meQuery(uid: string) {
  return queryOptions({
    queryKey: ['me', uid],
    queryFn: async ({ signal }) => {
      const { data } = await api.GET('/api/v1/auth/me', { signal });
      return data;
    },
  });
}
