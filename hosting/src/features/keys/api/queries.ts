import {
  type InfiniteData,
  infiniteQueryOptions,
  keepPreviousData,
  type QueryClient,
  queryOptions,
} from '@tanstack/react-query';
import { api } from '#lib/api/client.ts';
import type { ApiKey, AuditRecord, UsageSummaryItem } from '#lib/api/types.ts';

const PAGE = 50;

interface Page<Item> {
  items: Item[];
  nextCursor?: string;
}

/** The keys, the newest first, page by page. */
export function keysQuery(uid: string) {
  return infiniteQueryOptions({
    queryKey: ['keys', uid],
    queryFn: async ({ signal, pageParam }): Promise<Page<ApiKey>> => {
      const query = { limit: PAGE, ...(pageParam === undefined ? {} : { cursor: pageParam }) };
      const { data } = await api.GET('/api/v1/api-keys', { signal, params: { query } });
      return data ?? { items: [] };
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor,
  });
}

/** One key; drawn at once from the list where that is loaded. */
export function keyQuery(uid: string, keyId: string, client: QueryClient) {
  return queryOptions({
    queryKey: ['key', uid, keyId],
    queryFn: async ({ signal }) => {
      const { data } = await api.GET('/api/v1/api-keys/{keyId}', { signal, params: { path: { keyId } } });
      return data as ApiKey;
    },
    placeholderData: () =>
      client
        .getQueryData<InfiniteData<Page<ApiKey>>>(['keys', uid])
        ?.pages.flatMap((page) => page.items)
        .find((key) => key.id === keyId),
  });
}

/** Spend of every key from a UTC day until now, by key id in USD. */
export function keySpendQuery(uid: string, from: string) {
  return queryOptions({
    queryKey: ['key-spend', uid, from],
    queryFn: async ({ signal }) => {
      const query = { groupBy: 'apiKey' as const, from };
      const { data } = await api.GET('/api/v1/usage/summary', { signal, params: { query } });
      return new Map(data?.items.map((item: UsageSummaryItem) => [item.apiKeyId ?? '', item.cost.usd]));
    },
    placeholderData: keepPreviousData,
  });
}

/** What happened to all keys of the person, the newest first. */
export function keyEventsQuery(uid: string) {
  return infiniteQueryOptions({
    queryKey: ['key-events', uid],
    queryFn: async ({ signal, pageParam }): Promise<Page<AuditRecord>> => {
      const query = { limit: 200, ...(pageParam === undefined ? {} : { cursor: pageParam }) };
      const { data } = await api.GET('/api/v1/audit-log', { signal, params: { query } });
      return data ?? { items: [] };
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor,
  });
}

/** Puts a key that was just answered where it is shown, before the list is asked for again. */
export function showKey(client: QueryClient, uid: string, key: ApiKey): void {
  client.setQueryData<ApiKey>(['key', uid, key.id], key);
  client.setQueryData<InfiniteData<Page<ApiKey>>>(['keys', uid], (known) => {
    if (known === undefined) return known;
    const listed = known.pages.some((page) => page.items.some((item) => item.id === key.id));
    return {
      ...known,
      pages: known.pages.map((page, index) => ({
        ...page,
        items: listed
          ? page.items.map((item) => (item.id === key.id ? key : item))
          : index === 0
            ? [key, ...page.items]
            : page.items,
      })),
    };
  });
  void client.invalidateQueries({ queryKey: ['key-events', uid] });
}
