import { GatewayError } from '../domain/errors.ts';
import { mergePatch } from '../domain/merge-patch.ts';
import type { LimitOverrides } from '../domain/tiers.ts';
import type { Directory } from '../identity/directory.ts';
import type { StoreHandle } from '../store/handle.ts';
import { isUserId, type UserDocument, userRef } from '../store/users.ts';
import { type AccessChange, setAccess } from './set-access.ts';

export interface UserPatch {
  isActive?: boolean | undefined;
  tier?: UserDocument['tier'] | undefined;
  /** Merged field by field; null: back to the tier's limits. */
  overrides?: { [K in keyof LimitOverrides]?: LimitOverrides[K] | null | undefined } | null | undefined;
}

/**
 * Disables or enables a user, or sets the tier or limits of their own. `isActive` is the truth: it holds from the next
 * request on, everywhere; Firebase Authentication follows, so that a disabled user cannot sign in either.
 *
 * @throws GatewayError `not_found` when Firegate has never seen the user.
 */
export async function updateUser(
  deps: { directory: Directory },
  store: StoreHandle,
  uid: string,
  patch: UserPatch,
): Promise<UserDocument> {
  const before = await readUser(store, uid);
  const change: AccessChange = {};
  if (patch.isActive !== undefined) change.isActive = patch.isActive;
  if (patch.tier !== undefined) change.tier = patch.tier;
  if (patch.overrides !== undefined) change.overrides = mergeOverrides(before.overrides, patch.overrides);
  if (Object.keys(change).length > 0) await setAccess(store, uid, change);
  if (patch.isActive !== undefined) await deps.directory.setDisabled(uid, !patch.isActive);
  return readUser(store, uid);
}

function mergeOverrides(
  before: UserDocument['overrides'],
  patch: NonNullable<UserPatch['overrides']> | null,
): UserDocument['overrides'] {
  if (patch === null) return null;
  const merged = mergePatch<LimitOverrides>(before ?? {}, patch) as NonNullable<UserDocument['overrides']>;
  return Object.keys(merged).length > 0 ? merged : null;
}

async function readUser(store: StoreHandle, uid: string): Promise<UserDocument> {
  const found = isUserId(uid) ? await store.get(userRef(store.firestore, uid)) : undefined;
  if (!found) throw new GatewayError('not_found', 'There is no such user.');
  return found.data;
}
