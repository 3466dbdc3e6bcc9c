import { setTimeout as sleep } from 'node:timers/promises';
import type { Timestamp } from '@google-cloud/firestore';
import { GatewayError } from '../domain/errors.ts';
import { type MergePatch, mergePatch } from '../domain/merge-patch.ts';
import type { LimitOverrides } from '../domain/tiers.ts';
import type { Directory } from '../identity/directory.ts';
import type { StoreHandle } from '../store/handle.ts';
import { isUserId, type UserDocument, userRef } from '../store/users.ts';
import { type AccessChange, setAccess } from './set-access.ts';

export interface UserPatch {
  isActive?: boolean | undefined;
  tier?: UserDocument['tier'] | undefined;
  /** Null: back to the tier's limits. */
  overrides?: MergePatch<LimitOverrides> | null | undefined;
}

const ATTEMPTS = 8;

/**
 * Disables or enables a user, or sets the tier or limits of their own. `isActive` is the truth: it holds from the next
 * request on, everywhere; Firebase Authentication follows, so that a disabled user cannot sign in either.
 *
 * @throws GatewayError `not_found` when Firegate has never seen the user; `unavailable` when others keep changing them.
 */
export async function updateUser(
  deps: { directory: Directory },
  store: StoreHandle,
  uid: string,
  patch: UserPatch,
): Promise<UserDocument> {
  // What is merged starts from what was read: a change by somebody else in between starts it over.
  for (let attempt = 1; !(await tryUpdate(store, uid, patch)); attempt += 1) {
    if (attempt === ATTEMPTS) throw new GatewayError('unavailable', undefined, { retryAfterSeconds: 1 });
    await sleep(Math.random() * 20 * 2 ** attempt);
  }
  if (patch.isActive !== undefined) await deps.directory.setDisabled(uid, !patch.isActive);
  return (await readUser(store, uid)).data;
}

/** @returns false where the user was changed meanwhile. */
async function tryUpdate(store: StoreHandle, uid: string, patch: UserPatch): Promise<boolean> {
  const { data, updateTime } = await readUser(store, uid);
  const change: AccessChange = {};
  if (patch.isActive !== undefined) change.isActive = patch.isActive;
  if (patch.tier !== undefined) change.tier = patch.tier;
  if (patch.overrides !== undefined) change.overrides = mergeOverrides(data.overrides, patch.overrides);
  return Object.keys(change).length === 0 || setAccess(store, uid, change, updateTime);
}

function mergeOverrides(
  before: UserDocument['overrides'],
  patch: MergePatch<LimitOverrides> | null,
): UserDocument['overrides'] {
  if (patch === null) return null;
  const { tokens, ...merged } = mergePatch<LimitOverrides>(before ?? {}, patch);
  const overrides = { ...merged, ...(tokens && Object.keys(tokens).length > 0 && { tokens }) };
  return Object.keys(overrides).length > 0 ? (overrides as NonNullable<UserDocument['overrides']>) : null;
}

async function readUser(
  store: StoreHandle,
  uid: string,
): Promise<{ data: UserDocument; updateTime: Timestamp }> {
  const found = isUserId(uid) ? await store.get(userRef(store.firestore, uid)) : undefined;
  if (!found) throw new GatewayError('not_found', 'There is no such user.');
  return found;
}
