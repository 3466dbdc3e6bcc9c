import { Timestamp } from '@google-cloud/firestore';
import { GatewayError } from '../../domain/errors.ts';
import type { AccessTokenPrincipal } from '../../domain/principal.ts';
import type { IdentityToolkit } from '../../identity/identity-toolkit.ts';
import type { StoreHandle } from '../../store/handle.ts';
import { userRef } from '../../store/users.ts';
import { limitAttempts } from '../limit-attempts.ts';
import { MAIL_BY_ADDRESS } from './attempt-limits.ts';
import { fromIdentityError } from './identity-errors.ts';

/** @throws GatewayError `conflict` when the address is verified already. */
export async function sendVerificationMail(
  deps: { identity: IdentityToolkit },
  store: StoreHandle,
  principal: AccessTokenPrincipal,
  accessToken: string,
): Promise<void> {
  if (!principal.email) throw new GatewayError('invalid_request', 'This account has no email address.');
  if (principal.emailVerified) throw new GatewayError('conflict', 'The email address is verified already.');
  await limitAttempts(store, MAIL_BY_ADDRESS, principal.email);
  try {
    await deps.identity.sendEmailVerification(accessToken);
  } catch (error) {
    throw fromIdentityError(error);
  }
}

/** @throws GatewayError `invalid_request` when the code is wrong, used or expired. */
export async function confirmEmailVerification(
  deps: { identity: IdentityToolkit },
  store: StoreHandle,
  oobCode: string,
): Promise<void> {
  try {
    const { uid } = await deps.identity.confirmEmailVerification(oobCode);
    // Where Firegate has not seen the user yet, first sight takes it from the token.
    await store.update(userRef(store.firestore, uid), {
      isVerified: true,
      updatedAt: Timestamp.fromMillis(store.now()),
    });
  } catch (error) {
    throw fromIdentityError(error);
  }
}
