import { api } from '#lib/api/client.ts';

/** Deletes a file and its content. Throws ApiError. */
export async function deleteFile(id: string): Promise<void> {
  await api.DELETE('/api/v1/files/{id}', { params: { path: { id } } });
}
