import { GatewayError } from '../../domain/errors.ts';
import type { ApiKeyDocument } from '../../store/api-keys.ts';
import type { StoreHandle } from '../../store/handle.ts';
import { type Actor, statusOf } from './api-key.ts';
import { commitKeyChange, findKey } from './commit-change.ts';
import { type ApiKeyPatch, mergeChoices } from './merge-choices.ts';
import { nextRotation } from './next-rotation.ts';

/**
 * Changes what the owner chose of a key (RFC 7396); holds from the next admission on. An expired key lives again with
 * a new expiry, and its rotation policy with it.
 *
 * @throws GatewayError `not_found`; `conflict` when the key is revoked, which is for good; `invalid_request` for a
 *   part of an object that is not there
 */
export async function updateApiKey(
  store: StoreHandle,
  uid: string,
  keyId: string,
  patch: ApiKeyPatch,
  actor: Actor,
): Promise<ApiKeyDocument> {
  const before = await findKey(store, uid, keyId);
  if (before.data.status === 'revoked')
    throw new GatewayError('conflict', 'A revoked key cannot be changed.');
  if (Object.keys(patch).length === 0) return before.data;
  const at = store.timestamp();
  const chosen = { ...before.data, ...mergeChoices(before.data, patch) };
  const lives = statusOf({ ...chosen, status: 'active' }, at.toMillis()) === 'active';
  const revived = lives && before.data.status === 'expired';
  const after: ApiKeyDocument = {
    ...chosen,
    status: lives ? 'active' : before.data.status,
    ...((patch.rotation !== undefined || revived) && { rotatesAt: nextRotation(chosen.rotation, at) }),
    updatedAt: at,
  };
  await commitKeyChange(store, { id: keyId, before, after, action: 'api_key.updated', actor });
  return after;
}
