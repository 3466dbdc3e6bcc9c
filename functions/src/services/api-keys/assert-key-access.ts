import { GatewayError } from '../../domain/errors.ts';
import type { ApiKeyPrincipal } from '../../domain/principal.ts';
import { type ApiKeyDocument, apiKeyRef } from '../../store/api-keys.ts';
import type { StoreHandle } from '../../store/handle.ts';
import { statusOf } from './api-key.ts';

const MINUTE_MS = 60_000;

/**
 * For routes without admission: reads the key and refuses one that does not stand, by the same rules as the ledger.
 * Keeps `lastUsedAt` to the minute.
 *
 * @throws GatewayError `unauthenticated` revoked, expired or rotated away; `forbidden` without the scope
 */
export async function assertKeyAccess(
  store: StoreHandle,
  principal: ApiKeyPrincipal,
): Promise<ApiKeyDocument> {
  const ref = apiKeyRef(store.firestore, principal.keyId);
  const found = await store.get(ref);
  if (!found) throw new GatewayError('unauthenticated', 'The API key is not valid.');
  const key = found.data;
  const now = store.now();
  const status = statusOf(key, now);
  if (status !== 'active') throw new GatewayError('unauthenticated', `This API key is ${status}.`);
  const inGrace = key.previous?.hash === principal.hash && key.previous.validUntil.toMillis() > now;
  if (key.hash !== principal.hash && !inGrace) {
    throw new GatewayError('unauthenticated', 'This API key has been rotated.');
  }
  if (!key.scopes.includes(principal.scope)) {
    throw new GatewayError('forbidden', `This API key does not have the scope ${principal.scope}.`);
  }
  if (now - (key.lastUsedAt?.toMillis() ?? 0) >= MINUTE_MS) {
    await store.update(ref, { lastUsedAt: store.timestamp() }, { lastUpdateTime: found.updateTime });
  }
  return key;
}
