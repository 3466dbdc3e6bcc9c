import { api } from '#lib/api/client.ts';
import type { ApiKeySecret } from '#lib/api/types.ts';

/** Gives a key a new secret; the old one works for `graceSeconds` more. Throws ApiError. */
export async function rotateKey(keyId: string, graceSeconds: number): Promise<ApiKeySecret> {
  const { data } = await api.POST('/api/v1/api-keys/{keyId}/rotate', {
    params: { path: { keyId } },
    body: { graceSeconds },
  });
  return data as ApiKeySecret;
}
