import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api } from '#lib/api/client.ts';
import type { StoredFile } from '#lib/api/types.ts';

const PAGE = 50;

/** The files, the newest first, page by page. */
export function filesQuery(uid: string) {
  return infiniteQueryOptions({
    queryKey: ['files', uid],
    queryFn: async ({ signal, pageParam }): Promise<{ items: StoredFile[]; nextCursor?: string }> => {
      const query = { limit: PAGE, ...(pageParam === undefined ? {} : { cursor: pageParam }) };
      const { data } = await api.GET('/api/v1/files', { signal, params: { query } });
      return data ?? { items: [] };
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor,
  });
}

/** What the files take, and what they may take. */
export function quotaQuery(uid: string) {
  return queryOptions({
    queryKey: ['file-quota', uid],
    queryFn: async ({ signal }) => {
      const { data } = await api.GET('/api/v1/files/quota', { signal });
      return data ?? { used: { bytes: 0, files: 0 }, quota: { bytes: 1, files: 1 } };
    },
  });
}
