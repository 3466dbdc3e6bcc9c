import { api } from '#lib/api/client.ts';
import type { ApiKeyCreate, ApiKeySecret } from '#lib/api/types.ts';

/** Makes a key; its text is in this answer and nowhere else. Throws ApiError. */
export async function createKey(body: ApiKeyCreate): Promise<ApiKeySecret> {
  const { data } = await api.POST('/api/v1/api-keys', { body });
  return data as ApiKeySecret;
}
