import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api } from '#lib/api/client.ts';
import type { StoredFile } from '../state/picture.ts';

const PAGE = 50;

interface FilePage {
  items: StoredFile[];
  nextCursor?: string | undefined;
}

/** The person's files, the newest first, page by page. */
export function filesQuery(uid: string) {
  return infiniteQueryOptions({
    queryKey: ['image-files', uid],
    queryFn: async ({ signal, pageParam }): Promise<FilePage> => {
      const query = { limit: PAGE, ...(pageParam === undefined ? {} : { cursor: pageParam }) };
      const { data } = await api.GET('/api/v1/files', { signal, params: { query } });
      return data ?? { items: [] };
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor,
  });
}

/** What a file holds; it never changes. */
export function contentQuery(uid: string, id: string) {
  return queryOptions({
    queryKey: ['file-content', uid, id],
    queryFn: async ({ signal }): Promise<Blob> => {
      const params = { path: { id }, query: { disposition: 'inline' as const } };
      const { data } = await api.GET('/api/v1/files/{id}/content', { signal, params, parseAs: 'blob' });
      return data as unknown as Blob;
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export async function uploadPicture(file: File): Promise<StoredFile> {
  const { data } = await api.POST('/api/v1/files', {
    params: { query: { name: file.name || 'picture' } },
    body: file as never,
    bodySerializer: (body: unknown) => body as Blob,
    headers: { 'Content-Type': file.type || 'application/octet-stream' },
  });
  return data as StoredFile;
}

export async function deletePicture(id: string): Promise<void> {
  await api.DELETE('/api/v1/files/{id}', { params: { path: { id } } });
}
