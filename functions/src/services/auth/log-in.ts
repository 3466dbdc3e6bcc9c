import type { Directory } from '../../identity/directory.ts';
import type { IdentityToolkit } from '../../identity/identity-toolkit.ts';
import type { StoreHandle } from '../../store/handle.ts';
import { forgiveAttempts, limitAttempts } from '../limit-attempts.ts';
import { PASSWORD_BY_ADDRESS } from './attempt-limits.ts';
import { fromIdentityError } from './identity-errors.ts';
import { type OpenedSession, openSession } from './open-session.ts';

/**
 * Signs in with address and password.
 *
 * @throws GatewayError `unauthenticated`, with the same words for an unknown address, a wrong password and a
 *   disabled account; `rate_limited` after too many failures for the address, known or not.
 */
export async function logIn(
  deps: { identity: IdentityToolkit; directory: Directory },
  store: StoreHandle,
  credentials: { email: string; password: string },
): Promise<OpenedSession> {
  const { email, password } = credentials;
  await limitAttempts(store, PASSWORD_BY_ADDRESS, email);
  try {
    const session = await openSession(deps, store, await deps.identity.signIn(email, password));
    await forgiveAttempts(store, PASSWORD_BY_ADDRESS, email);
    return session;
  } catch (error) {
    throw fromIdentityError(error);
  }
}
