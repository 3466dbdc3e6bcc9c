import { queryOptions } from '@tanstack/react-query';
import { api } from '#lib/api/client.ts';
import type { components } from '#lib/api/schema.d.ts';

export type StoredFile = components['schemas']['File'];

/** What a function takes with a request; larger videos are uploaded on the files' page. */
export const MOST_UPLOADED = 25 * 1024 * 1024;

/** The newest files that are of a kind: `video`, `image`. */
export function filesQuery(uid: string, kind: 'video' | 'image') {
  return queryOptions({
    queryKey: ['files', uid, 'kind', kind],
    queryFn: async ({ signal }) => {
      const { data } = await api.GET('/api/v1/files', { signal, params: { query: { limit: 200 } } });
      const items: StoredFile[] = data?.items ?? [];
      return items.filter(({ status, mediaType }) => status === 'ready' && mediaType?.startsWith(`${kind}/`));
    },
  });
}

export async function uploadFile(file: File): Promise<StoredFile> {
  const { data } = await api.POST('/api/v1/files', {
    params: { query: { name: file.name } },
    headers: { 'content-type': file.type || 'application/octet-stream' },
    // The bytes as they are: the schema knows binary as a string.
    body: file as unknown as string,
    bodySerializer: (body) => body,
  });
  return data as StoredFile;
}

/** How long a player's URL is good: a video may be watched for a while. */
const PLAYED_SECONDS = 3600;

/** A URL that plays a file, or saves it. */
export function urlQuery(uid: string, fileId: string, disposition: 'inline' | 'attachment') {
  return queryOptions({
    queryKey: ['file-url', uid, fileId, disposition],
    queryFn: async ({ signal }) => {
      const { data } = await api.POST('/api/v1/files/{id}/download-url', {
        signal,
        params: { path: { id: fileId } },
        body: { ttlSeconds: PLAYED_SECONDS, disposition },
      });
      return data?.url ?? '';
    },
    staleTime: (PLAYED_SECONDS / 2) * 1000,
  });
}

/** A small picture as a data URL: the pages' policy shows pictures of no other origin. */
export function pictureQuery(uid: string, fileId: string) {
  return queryOptions({
    queryKey: ['file-picture', uid, fileId],
    queryFn: async ({ signal }) => {
      const { data } = await api.GET('/api/v1/files/{id}/content', {
        signal,
        params: { path: { id: fileId }, query: { disposition: 'inline' } },
        parseAs: 'blob',
      });
      return dataUrl(data as unknown as Blob);
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
}

function dataUrl(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}
