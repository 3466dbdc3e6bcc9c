import { queryOptions } from '@tanstack/react-query';
import { api } from './client.ts';

const MOST = 200;

/** Names of the newest API keys by id, to show instead of ids. */
export function keyNamesQuery(uid: string) {
  return queryOptions({
    queryKey: ['key-names', uid],
    queryFn: async ({ signal }) => {
      const { data } = await api.GET('/api/v1/api-keys', { signal, params: { query: { limit: MOST } } });
      return new Map(data?.items.map((key) => [key.id, key.name]));
    },
  });
}
