import { GatewayError } from '../../domain/errors.ts';
import type { ApiKeyDocument } from '../../store/api-keys.ts';
import type { StoreHandle } from '../../store/handle.ts';
import type { Actor, ApiKeyChoices } from './api-key.ts';
import { commitKeyChange, findKey } from './commit-change.ts';
import { nextRotation } from './next-rotation.ts';

/**
 * Changes what the owner chose of a key; holds from the next admission on.
 *
 * @throws GatewayError `not_found`; `conflict` when the key is revoked, which is for good
 */
export async function updateApiKey(
  store: StoreHandle,
  uid: string,
  keyId: string,
  patch: Partial<ApiKeyChoices>,
  actor: Actor,
): Promise<ApiKeyDocument> {
  const before = await findKey(store, uid, keyId);
  if (before.data.status === 'revoked')
    throw new GatewayError('conflict', 'A revoked key cannot be changed.');
  if (Object.keys(patch).length === 0) return before.data;
  const at = store.timestamp();
  const after: ApiKeyDocument = {
    ...before.data,
    ...patch,
    // An expired key lives again with a new expiry.
    status: 'active',
    ...(patch.rotation !== undefined && { rotatesAt: nextRotation(patch.rotation, at) }),
    updatedAt: at,
  };
  await commitKeyChange(store, { id: keyId, before, after, action: 'api_key.updated', actor });
  return after;
}
