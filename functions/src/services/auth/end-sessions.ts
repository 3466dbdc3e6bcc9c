import { setTimeout as sleep } from 'node:timers/promises';
import type { Directory } from '../../identity/directory.ts';
import type { StoreHandle } from '../../store/handle.ts';
import { setAccess } from '../set-access.ts';

/**
 * Ends all sessions of a user: refresh tokens are revoked, and every credential from a sign-in before now is
 * refused from the next request on.
 *
 * `auth_time` counts whole seconds. The line is drawn at the next one, so that what was issued within this second is
 * ended too, and the answer waits until that second has come, so that a sign-in after it counts as new.
 */
export async function endSessions(
  deps: { directory: Directory },
  store: StoreHandle,
  uid: string,
): Promise<void> {
  const validSince = Math.floor(store.now() / 1000) + 1;
  await Promise.all([setAccess(store, uid, { validSince }), deps.directory.revokeRefreshTokens(uid)]);
  await sleep(Math.max(0, validSince * 1000 - store.now()));
}
