import type { Directory } from '../../identity/directory.ts';
import type { IdentityToolkit } from '../../identity/identity-toolkit.ts';
import type { StoreHandle } from '../../store/handle.ts';
import { fromIdentityError } from './identity-errors.ts';
import { type OpenedSession, openSession } from './open-session.ts';

/** @throws GatewayError `conflict` address taken, `invalid_request` weak password or bad address. */
export async function register(
  deps: { identity: IdentityToolkit; directory: Directory },
  store: StoreHandle,
  account: { email: string; password: string; displayName?: string | undefined },
): Promise<OpenedSession> {
  try {
    const session = await deps.identity.signUp(account.email, account.password, account.displayName);
    return await openSession(deps, store, session);
  } catch (error) {
    throw fromIdentityError(error);
  }
}
