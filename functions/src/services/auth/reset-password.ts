import type { Directory } from '../../identity/directory.ts';
import { IdentityError, type IdentityToolkit } from '../../identity/identity-toolkit.ts';
import type { StoreHandle } from '../../store/handle.ts';
import { userRef } from '../../store/users.ts';
import { limitAttempts } from '../limit-attempts.ts';
import { MAIL_BY_ADDRESS } from './attempt-limits.ts';
import { endSessions } from './end-sessions.ts';
import { fromIdentityError } from './identity-errors.ts';

/** Sends a reset mail where the address has an account, and tells nobody whether it has. */
export async function requestPasswordReset(
  deps: { identity: IdentityToolkit },
  store: StoreHandle,
  email: string,
): Promise<void> {
  await limitAttempts(store, MAIL_BY_ADDRESS, email);
  try {
    await deps.identity.sendPasswordReset(email);
  } catch (error) {
    if (error instanceof IdentityError && ['EMAIL_NOT_FOUND', 'USER_DISABLED'].includes(error.reason)) return;
    throw fromIdentityError(error);
  }
}

/**
 * Redeems the code from a reset mail and ends all sessions of the account.
 *
 * @throws GatewayError `invalid_request` when the code is wrong, used or expired, or the password too weak.
 */
export async function confirmPasswordReset(
  deps: { identity: IdentityToolkit; directory: Directory },
  store: StoreHandle,
  reset: { oobCode: string; newPassword: string },
): Promise<void> {
  try {
    const { email } = await deps.identity.confirmPasswordReset(reset.oobCode, reset.newPassword);
    const uid = await deps.directory.findByEmail(email);
    // A user whom Firegate has not seen yet has no session with it either.
    if (uid && (await store.get(userRef(store.firestore, uid)))) await endSessions(deps, store, uid);
  } catch (error) {
    throw fromIdentityError(error);
  }
}
