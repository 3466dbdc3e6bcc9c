import { Timestamp } from '@google-cloud/firestore';
import type { AccessTokenPrincipal } from '../domain/principal.ts';
import { DEFAULT_TIER } from '../domain/tiers.ts';
import type { StoreHandle } from '../store/handle.ts';
import { type UserDocument, userRef } from '../store/users.ts';

/**
 * Reads `users/{uid}`, creating it on first sight of the user, by whichever way they came, and keeps the fields
 * that Firebase Authentication owns (address, name, verification) in step with the newest token seen.
 * One read; a write only when something is new.
 */
export async function ensureUser(store: StoreHandle, principal: AccessTokenPrincipal): Promise<UserDocument> {
  const ref = userRef(store.firestore, principal.uid);
  const owned = {
    email: principal.email ?? null,
    displayName: principal.displayName ?? null,
    isVerified: principal.emailVerified,
  };
  const at = Timestamp.fromMillis(store.now());
  const found = await store.get(ref);
  if (!found) {
    const fresh: UserDocument = {
      ...owned,
      tier: DEFAULT_TIER,
      overrides: null,
      isActive: true,
      validSince: 0,
      createdAt: at,
      updatedAt: at,
    };
    return (await store.create(ref, fresh)) ? fresh : ensureUser(store, principal);
  }
  const { data } = found;
  const changed =
    data.email !== owned.email ||
    data.displayName !== owned.displayName ||
    data.isVerified !== owned.isVerified;
  // An older token must not bring back an old name.
  if (!changed || principal.issuedAt * 1000 < data.updatedAt.toMillis()) return data;
  await store.update(ref, { ...owned, updatedAt: at });
  return { ...data, ...owned, updatedAt: at };
}
