import { api } from '#lib/api/client.ts';
import type { ApiKey, ApiKeyPatch } from '#lib/api/types.ts';

/** Changes a key: null clears a field, what is absent stays. Throws ApiError. */
export async function updateKey(keyId: string, body: ApiKeyPatch): Promise<ApiKey> {
  const { data } = await api.PATCH('/api/v1/api-keys/{keyId}', { params: { path: { keyId } }, body });
  return data as ApiKey;
}
