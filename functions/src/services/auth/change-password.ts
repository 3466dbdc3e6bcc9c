import { GatewayError } from '../../domain/errors.ts';
import type { AccessTokenPrincipal } from '../../domain/principal.ts';
import type { Directory } from '../../identity/directory.ts';
import type { IdentityToolkit } from '../../identity/identity-toolkit.ts';
import type { StoreHandle } from '../../store/handle.ts';
import { forgiveAttempts, limitAttempts } from '../limit-attempts.ts';
import { PASSWORD_BY_ADDRESS } from './attempt-limits.ts';
import { endSessions } from './end-sessions.ts';
import { fromIdentityError } from './identity-errors.ts';
import { type OpenedSession, openSession } from './open-session.ts';

/**
 * Sets a new password for who knows the current one, ends all sessions and opens a new one for the caller.
 *
 * @throws GatewayError `unauthenticated` wrong current password, `invalid_request` weak new one or an account
 *   without an address, `rate_limited` too many wrong ones.
 */
export async function changePassword(
  deps: { identity: IdentityToolkit; directory: Directory },
  store: StoreHandle,
  principal: AccessTokenPrincipal,
  passwords: { currentPassword: string; newPassword: string },
): Promise<OpenedSession> {
  const { email, uid } = principal;
  if (!email) throw new GatewayError('invalid_request', 'This account has no email address and no password.');
  await limitAttempts(store, PASSWORD_BY_ADDRESS, email);
  try {
    const { accessToken } = await deps.identity.signIn(email, passwords.currentPassword);
    await forgiveAttempts(store, PASSWORD_BY_ADDRESS, email);
    await deps.identity.changePassword(accessToken, passwords.newPassword);
    await endSessions(deps, store, uid);
    return await openSession(deps, store, await deps.identity.signIn(email, passwords.newPassword));
  } catch (error) {
    throw fromIdentityError(error);
  }
}
