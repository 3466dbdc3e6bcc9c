import { api } from '#lib/api/client.ts';
import type { Operation } from '../state/operations.ts';
import type { StoredFile } from '../state/picture.ts';

/** Has a stored picture changed; answers the file that was made of it. */
export async function transform(fileId: string, operations: Operation[]): Promise<StoredFile> {
  const { data } = await api.POST('/api/v1/images/transform', { body: { fileId, operations } });
  return data as StoredFile;
}
