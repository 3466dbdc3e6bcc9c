import { api } from '#lib/api/client.ts';

/** Ends a key for good. Throws ApiError. */
export async function revokeKey(keyId: string): Promise<void> {
  await api.DELETE('/api/v1/api-keys/{keyId}', { params: { path: { keyId } } });
}
