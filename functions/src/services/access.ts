import { GatewayError } from '../domain/errors.ts';
import type { UserDocument } from '../store/users.ts';

/**
 * Holds a credential against the user's document.
 *
 * @param authTime seconds since the epoch of the sign-in behind the credential.
 * @throws GatewayError `unauthenticated` when the user is disabled or has signed out since.
 */
export function assertAccess(user: Pick<UserDocument, 'isActive' | 'validSince'>, authTime: number): void {
  if (!user.isActive) throw new GatewayError('unauthenticated', 'This account is disabled.');
  if (authTime < user.validSince) {
    throw new GatewayError('unauthenticated', 'This session has ended. Sign in again.');
  }
}
