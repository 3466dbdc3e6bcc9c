import { GatewayError } from '../../domain/errors.ts';
import type { Directory } from '../../identity/directory.ts';
import { IdentityError, type IdentityToolkit } from '../../identity/identity-toolkit.ts';
import type { StoreHandle } from '../../store/handle.ts';
import { fromIdentityError } from './identity-errors.ts';
import { type OpenedSession, openSession } from './open-session.ts';

/** @throws GatewayError `unauthenticated` when the refresh token is wrong or revoked, or the session was ended. */
export async function refreshSession(
  deps: { identity: IdentityToolkit; directory: Directory },
  store: StoreHandle,
  refreshToken: string,
): Promise<OpenedSession> {
  try {
    return await openSession(deps, store, await deps.identity.refresh(refreshToken));
  } catch (error) {
    if (error instanceof IdentityError && error.reason === 'USER_DISABLED') {
      throw new GatewayError('unauthenticated', 'This account is disabled.', { cause: error });
    }
    throw fromIdentityError(error);
  }
}
