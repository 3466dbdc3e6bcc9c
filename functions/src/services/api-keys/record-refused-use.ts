import { randomId } from '../../domain/ids.ts';
import type { ApiKeyPrincipal } from '../../domain/principal.ts';
import { auditRef } from '../../store/audit-log.ts';
import type { StoreHandle } from '../../store/handle.ts';
import type { Actor } from './api-key.ts';
import { RecentMap } from './recent-map.ts';

/** Refusals of one key for one reason are one record in this time, per instance. */
const COALESCE_MS = 60_000;

export type RecordRefusedUse = (
  store: StoreHandle,
  principal: Omit<ApiKeyPrincipal, 'scope'>,
  reason: string,
  actor: Omit<Actor, 'id'>,
) => Promise<void>;

/**
 * Puts on record that a genuine key was refused: revoked, expired, rotated away, or without the scope or model. The
 * first refusal is written at once; those that follow within a minute are counted into the next record.
 */
export function refusedUseRecorder(now: () => number): RecordRefusedUse {
  const refused = new RecentMap<{ writtenAt: number; unwritten: number }>(10_000, Infinity, now);
  return async (store, { keyId, uid }, reason, { ip, userAgent }) => {
    const about = JSON.stringify([keyId, reason]);
    const known = refused.get(about);
    if (known && now() - known.writtenAt < COALESCE_MS) {
      known.unwritten += 1;
      return;
    }
    refused.set(about, { writtenAt: now(), unwritten: 0 });
    await store.create(auditRef(store.firestore, randomId('aud')), {
      userId: uid,
      actor: keyId,
      action: 'api_key.use_refused',
      apiKeyId: keyId,
      ip,
      userAgent,
      before: null,
      after: { reason },
      count: 1 + (known?.unwritten ?? 0),
      timestamp: store.timestamp(),
    });
  };
}
