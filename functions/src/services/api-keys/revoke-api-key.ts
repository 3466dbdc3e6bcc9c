import { GatewayError } from '../../domain/errors.ts';
import type { StoreHandle } from '../../store/handle.ts';
import type { Actor } from './api-key.ts';
import { commitKeyChange, findKey } from './commit-change.ts';

const ATTEMPTS = 5;

/**
 * Ends a key for good; refused from the next admission on. What is under way ends by itself and is paid. Whoever
 * revokes means it whatever else changes at the same time, so a conflict starts over.
 */
export async function revokeApiKey(
  store: StoreHandle,
  uid: string,
  keyId: string,
  actor: Actor,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await tryRevoke(store, uid, keyId, actor);
    } catch (error) {
      if (!(error instanceof GatewayError) || error.code !== 'conflict' || attempt === ATTEMPTS) throw error;
    }
  }
}

async function tryRevoke(store: StoreHandle, uid: string, keyId: string, actor: Actor): Promise<void> {
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
