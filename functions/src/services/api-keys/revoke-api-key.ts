import type { StoreHandle } from '../../store/handle.ts';
import type { Actor } from './api-key.ts';
import { commitKeyChange, findKey } from './commit-change.ts';

/** Ends a key for good; refused from the next admission on. What is under way ends by itself and is paid. */
export async function revokeApiKey(
  store: StoreHandle,
  uid: string,
  keyId: string,
  actor: Actor,
): Promise<void> {
  const before = await findKey(store, uid, keyId);
  if (before.data.status === 'revoked') return;
  const after = {
    ...before.data,
    status: 'revoked' as const,
    previous: null,
    rotatesAt: null,
    updatedAt: store.timestamp(),
  };
  await commitKeyChange(store, { id: keyId, before, after, action: 'api_key.revoked', actor });
}
