import { Timestamp } from '@google-cloud/firestore';
import { formatApiKey, type KeyMode, newSecret } from '../../domain/api-key.ts';
import { GatewayError } from '../../domain/errors.ts';
import type { ApiKeyDocument } from '../../store/api-keys.ts';
import type { StoreHandle } from '../../store/handle.ts';
import { type Actor, statusOf } from './api-key.ts';
import { commitKeyChange, findKey } from './commit-change.ts';
import type { KeyDeps } from './create-api-key.ts';
import { hashSecret } from './hash-secret.ts';
import { nextRotation } from './next-rotation.ts';

/**
 * Gives a key a new secret; id, budget and spend stay. The secret that worked until now works for a grace period more,
 * the one before it ends at once. Of two rotations at the same time one wins, so that one new secret is made.
 *
 * @param graceSeconds undefined: the policy's, or none without a policy; for a secret that the policy has retired, what is
 *   left of its grace, which it can only shorten
 * @throws GatewayError `not_found`, `conflict` (revoked, expired, or rotated by another request meanwhile)
 */
export async function rotateApiKey(
  { config }: KeyDeps,
  store: StoreHandle,
  uid: string,
  keyId: string,
  graceSeconds: number | undefined,
  actor: Actor,
): Promise<{ key: string; apiKey: ApiKeyDocument }> {
  const before = await findKey(store, uid, keyId);
  const status = statusOf(before.data, store.now());
  if (status !== 'active') throw new GatewayError('conflict', `This key is ${status}.`);
  const secret = newSecret();
  const hash = await hashSecret(secret, config.bcryptCost);
  const now = store.now();
  const at = Timestamp.fromMillis(now);
  const grace = graceSeconds ?? before.data.rotation?.graceSeconds ?? 0;
  const validUntil = Timestamp.fromMillis(now + grace * 1000);
  const { previous, hash: current } = before.data;
  const after: ApiKeyDocument = {
    ...before.data,
    hash,
    previous:
      current !== null
        ? grace > 0
          ? { hash: current, validUntil }
          : null
        : shortened(previous, graceSeconds === undefined ? undefined : validUntil),
    rotatesAt: nextRotation(before.data.rotation, at),
    updatedAt: at,
  };
  await commitKeyChange(store, { id: keyId, before, after, action: 'api_key.rotated', actor });
  const mode = before.data.prefix.split('_')[1] as KeyMode;
  return { key: formatApiKey({ mode, keyId, secret }), apiKey: after };
}

/** A policy has retired the secret already: its grace goes on as announced, unless the caller wants it to end sooner. */
function shortened(
  previous: ApiKeyDocument['previous'],
  wanted: Timestamp | undefined,
): ApiKeyDocument['previous'] {
  return previous && wanted && wanted < previous.validUntil ? { ...previous, validUntil: wanted } : previous;
}
