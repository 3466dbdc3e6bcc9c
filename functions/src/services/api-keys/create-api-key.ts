import { formatApiKey, type KeyMode, keyPrefix, newKeyId, newSecret } from '../../domain/api-key.ts';
import type { ApiKeyDocument } from '../../store/api-keys.ts';
import type { StoreHandle } from '../../store/handle.ts';
import type { Actor, ApiKeyChoices } from './api-key.ts';
import { commitKeyChange } from './commit-change.ts';
import { hashSecret } from './hash-secret.ts';
import { nextRotation } from './next-rotation.ts';

export interface KeyDeps {
  config: { deployed: boolean; bcryptCost: number };
}

/** Makes a key. Its text is in this answer and nowhere else. */
export async function createApiKey(
  { config }: KeyDeps,
  store: StoreHandle,
  uid: string,
  choices: ApiKeyChoices,
  actor: Actor,
): Promise<{ key: string; id: string; apiKey: ApiKeyDocument }> {
  const mode: KeyMode = config.deployed ? 'live' : 'test';
  const [id, secret] = [newKeyId(), newSecret()];
  const at = store.timestamp();
  const apiKey: ApiKeyDocument = {
    ...choices,
    userId: uid,
    prefix: keyPrefix(mode, id),
    hash: await hashSecret(secret, config.bcryptCost),
    previous: null,
    status: 'active',
    lastUsedAt: null,
    rotatesAt: nextRotation(choices.rotation, at),
    createdAt: at,
    updatedAt: at,
  };
  await commitKeyChange(store, { id, before: undefined, after: apiKey, action: 'api_key.created', actor });
  return { key: formatApiKey({ mode, keyId: id, secret }), id, apiKey };
}
