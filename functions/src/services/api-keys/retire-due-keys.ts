import { Timestamp } from '@google-cloud/firestore';
import { GatewayError } from '../../domain/errors.ts';
import { randomId } from '../../domain/ids.ts';
import { type ApiKeyDocument, apiKeyRef, apiKeysExpired, apiKeysToRotate } from '../../store/api-keys.ts';
import type { AuditAction } from '../../store/audit-log.ts';
import type { StoreHandle } from '../../store/handle.ts';
import { notificationRef } from '../../store/notifications.ts';
import { commitKeyChange, type FoundKey } from './commit-change.ts';
import { nextRotation } from './next-rotation.ts';

const SYSTEM = { id: 'system', ip: null, userAgent: null };
const NOTIFICATION_MS = 90 * 86_400_000;
/** Keys that one run looks at, of each kind; the next run goes on. */
const MOST = 500;

/**
 * What a schedule does for keys: puts on record that a key has expired, and retires the secret of a key whose policy
 * wants it rotated. A new secret has to be shown to somebody, so a policy cannot make one: it starts the grace of the
 * old one and tells the owner, who fetches the new one with `POST api-keys/{keyId}/rotate` before the grace ends.
 *
 * Safe to run twice at once: each key is changed from the state that was read, or not at all.
 */
export async function retireDueKeys(store: StoreHandle): Promise<{ rotated: number; expired: number }> {
  const now = store.timestamp();
  const [toRotate, toExpire] = await Promise.all([
    store.query(apiKeysToRotate(store.firestore, now).limit(MOST)),
    store.query(apiKeysExpired(store.firestore, now).limit(MOST)),
  ]);
  let [rotated, expired] = [0, 0];
  for (const { id } of toExpire) if (await change(store, id, expire)) expired += 1;
  for (const { id } of toRotate) if (await change(store, id, retire)) rotated += 1;
  return { rotated, expired };
}

interface Change {
  after: ApiKeyDocument;
  action: AuditAction;
  message?: string;
}

function expire(key: ApiKeyDocument, now: Timestamp): Change | undefined {
  if (key.status !== 'active' || key.expiresAt === null || key.expiresAt > now) return undefined;
  return { after: { ...key, status: 'expired', rotatesAt: null, updatedAt: now }, action: 'api_key.expired' };
}

function retire(key: ApiKeyDocument, now: Timestamp): Change | undefined {
  const { rotation, rotatesAt, hash } = key;
  if (key.status !== 'active' || rotation === null || rotatesAt === null || rotatesAt > now) return undefined;
  const next = { ...key, rotatesAt: nextRotation(rotation, now), updatedAt: now };
  // The owner has not fetched a secret since the last time: there is none to retire.
  if (hash === null) return { after: next, action: 'api_key.rotated' };
  const validUntil = Timestamp.fromMillis(now.toMillis() + rotation.graceSeconds * 1000);
  return {
    after: { ...next, hash: null, previous: { hash, validUntil } },
    action: 'api_key.rotated',
    message: `The secret of the API key "${key.name}" ends ${validUntil.toDate().toISOString()}. Rotate the key to get the new one.`,
  };
}

async function change(
  store: StoreHandle,
  id: string,
  decide: (key: ApiKeyDocument, now: Timestamp) => Change | undefined,
): Promise<boolean> {
  const found = await store.get(apiKeyRef(store.firestore, id));
  const now = store.timestamp();
  const wanted = found && decide(found.data, now);
  if (!found || !wanted) return false;
  const { after, action, message } = wanted;
  const before: FoundKey = { id, ...found };
  try {
    await commitKeyChange(store, { id, before, after, action, actor: SYSTEM }, (batch) => {
      if (message === undefined) return;
      batch.create(notificationRef(store.firestore, randomId('ntf')), {
        userId: after.userId,
        kind: 'api_key.rotated',
        apiKeyId: id,
        message,
        createdAt: now,
        expiresAt: Timestamp.fromMillis(now.toMillis() + NOTIFICATION_MS),
      });
    });
    return true;
  } catch (error) {
    // Somebody else was faster: there is nothing left to do, or the next run sees to it.
    if (error instanceof GatewayError && error.code === 'conflict') return false;
    throw error;
  }
}
