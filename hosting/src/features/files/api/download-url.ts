import { api } from '#lib/api/client.ts';

/** A URL that gives out a file for five minutes. Throws ApiError. */
export async function downloadUrl(
  id: string,
  disposition: 'inline' | 'attachment' = 'attachment',
): Promise<string> {
  const { data } = await api.POST('/api/v1/files/{id}/download-url', {
    params: { path: { id } },
    body: { disposition, ttlSeconds: 300 },
  });
  return data?.url ?? '';
}

/** Has the browser keep a file. */
export async function keepFile(id: string): Promise<void> {
  const link = document.createElement('a');
  link.href = await downloadUrl(id);
  link.click();
}
