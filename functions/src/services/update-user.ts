import { GatewayError } from '../domain/errors.ts';
import type { Directory } from '../identity/directory.ts';
import type { StoreHandle } from '../store/handle.ts';
import { type UserDocument, userRef } from '../store/users.ts';
import { setAccess } from './set-access.ts';

/**
 * Disables or enables a user, or sets the tier. `isActive` is the truth: it holds from the next request on,
 * everywhere; Firebase Authentication follows, so that a disabled user cannot sign in either.
 *
 * @throws GatewayError `not_found` when Firegate has never seen the user.
 */
export async function updateUser(
  deps: { directory: Directory },
  store: StoreHandle,
  uid: string,
  change: { isActive?: boolean | undefined; tier?: UserDocument['tier'] | undefined },
): Promise<UserDocument> {
  const ref = userRef(store.firestore, uid);
  if (!(await store.get(ref))) throw new GatewayError('not_found', 'There is no such user.');
  const { isActive, tier } = change;
  if (isActive !== undefined || tier !== undefined) {
    await setAccess(store, uid, { ...(isActive !== undefined && { isActive }), ...(tier && { tier }) });
  }
  if (isActive !== undefined) await deps.directory.setDisabled(uid, !isActive);
  const changed = await store.get(ref);
  if (!changed) throw new GatewayError('not_found', 'There is no such user.');
  return changed.data;
}
