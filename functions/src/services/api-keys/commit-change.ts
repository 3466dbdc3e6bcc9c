import type { Timestamp, WriteBatch } from '@google-cloud/firestore';
import { GatewayError } from '../../domain/errors.ts';
import { randomId } from '../../domain/ids.ts';
import { type ApiKeyDocument, apiKeyRef } from '../../store/api-keys.ts';
import { type AuditAction, auditRef } from '../../store/audit-log.ts';
import type { StoreHandle } from '../../store/handle.ts';
import { isKeyId, keyAccessUpdate } from '../../store/key-ledger-document.ts';
import { type Actor, accessOfKey, auditView } from './api-key.ts';

/** A key as it was read, which is what a change starts from. */
export interface FoundKey {
  id: string;
  data: ApiKeyDocument;
  updateTime: Timestamp;
}

/**
 * Writes a key, what the ledger must know of it and the audit record, in one commit: a change that is not on record
 * does not exist, and neither does one that admissions do not see.
 *
 * @param before undefined for a new key
 * @param alsoWrite what else belongs to the change, in the same commit
 * @throws GatewayError `conflict` when the key was changed by someone else meanwhile
 */
export async function commitKeyChange(
  store: StoreHandle,
  change: {
    id: string;
    before: FoundKey | undefined;
    after: ApiKeyDocument;
    action: AuditAction;
    actor: Actor;
  },
  alsoWrite: (batch: WriteBatch) => void = () => undefined,
): Promise<void> {
  const { id, before, after, action, actor } = change;
  const ref = apiKeyRef(store.firestore, id);
  const committed = await store.tryCommit(3, (batch) => {
    if (before) batch.update(ref, { ...after }, { lastUpdateTime: before.updateTime });
    else batch.create(ref, after);
    keyAccessUpdate(batch, store.firestore, id, accessOfKey(after));
    batch.create(auditRef(store.firestore, randomId('aud')), {
      userId: after.userId,
      actor: actor.id,
      action,
      apiKeyId: id,
      ip: actor.ip,
      userAgent: actor.userAgent,
      before: before ? auditView(before.data) : null,
      after: auditView(after),
      count: 1,
      timestamp: store.timestamp(),
    });
    alsoWrite(batch);
  });
  if (!committed)
    throw new GatewayError('conflict', 'The key was changed by another request just now. Read it again.');
}

/** @throws GatewayError `not_found` also for another user's key */
export async function findKey(store: StoreHandle, uid: string, keyId: string): Promise<FoundKey> {
  const found = isKeyId(keyId) ? await store.get(apiKeyRef(store.firestore, keyId)) : undefined;
  if (!found || found.data.userId !== uid) throw new GatewayError('not_found', 'There is no such API key.');
  return { id: keyId, ...found };
}
