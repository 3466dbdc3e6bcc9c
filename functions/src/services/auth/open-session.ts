import type { Directory } from '../../identity/directory.ts';
import { IdentityError, type Session } from '../../identity/identity-toolkit.ts';
import type { StoreHandle } from '../../store/handle.ts';
import type { UserDocument } from '../../store/users.ts';
import { assertAccess } from '../access.ts';
import { ensureUser } from '../ensure-user.ts';

export interface OpenedSession extends Session {
  user: UserDocument;
}

/**
 * Completes a sign-in with Firegate's side of it: the user's document, made on first sight.
 *
 * @throws GatewayError `unauthenticated` when a refreshed session had been ended.
 * @throws IdentityError `USER_DISABLED`, as the identity service itself says it once it knows.
 */
export async function openSession(
  deps: { directory: Directory },
  store: StoreHandle,
  session: Session,
): Promise<OpenedSession> {
  const principal = await deps.directory.verifyAccessToken(session.accessToken);
  const user = await ensureUser(store, principal);
  if (!user.isActive) throw new IdentityError('USER_DISABLED', 'in Firegate’s documents');
  assertAccess(user, principal.authTime);
  return { ...session, user };
}
