import { GatewayError } from '../../domain/errors.ts';
import type { Principal } from '../../domain/principal.ts';
import type { StoreHandle } from '../../store/handle.ts';
import { userRef } from '../../store/users.ts';
import { assertAccess } from '../access.ts';
import { assertKeyAccess } from '../api-keys/assert-key-access.ts';
import { ensureUser } from '../ensure-user.ts';

/** What a credential allows; absent: all. */
export interface Grant {
  providers?: string[] | undefined;
  models?: string[] | undefined;
}

/**
 * What a caller may use, on a route without admission.
 *
 * @throws GatewayError `unauthenticated` where the user or the key does not stand; `forbidden` without the scope
 */
export async function readGrant(store: StoreHandle, principal: Principal): Promise<Grant> {
  if (principal.kind === 'accessToken') {
    assertAccess(await ensureUser(store, principal), principal.authTime);
    return {};
  }
  const reading = store.get(userRef(store.firestore, principal.uid));
  const [user, grant] = await Promise.all([
    reading,
    principal.kind === 'apiKey' ? assertKeyAccess(store, principal) : principal,
  ]);
  if (!user) throw new GatewayError('unauthenticated', 'This account does not exist any more.');
  // Signing out ends no keys.
  assertAccess(user.data, principal.kind === 'apiKey' ? Infinity : principal.authTime);
  return { providers: grant.providers ?? undefined, models: grant.models ?? undefined };
}
