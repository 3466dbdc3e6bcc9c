import { GatewayError } from '../../domain/errors.ts';
import { IdentityError } from '../../identity/identity-toolkit.ts';

/**
 * Turns Identity Toolkit's reasons into answers that say what helps and nothing of which addresses exist.
 * https://firebase.google.com/docs/reference/rest/auth#section-error-format
 */
export function fromIdentityError(error: unknown): unknown {
  if (!(error instanceof IdentityError)) {
    const unreachable =
      error instanceof TypeError || (error instanceof Error && error.name === 'TimeoutError');
    return unreachable
      ? new GatewayError('unavailable', 'The identity service does not answer.', {
          cause: error,
          retryAfterSeconds: 5,
        })
      : error;
  }
  const { reason } = error;
  switch (reason) {
    case 'EMAIL_NOT_FOUND':
    case 'INVALID_PASSWORD':
    case 'INVALID_LOGIN_CREDENTIALS':
    case 'USER_DISABLED':
      return new GatewayError('unauthenticated', 'The address or the password is wrong.', { cause: error });
    case 'TOKEN_EXPIRED':
    case 'INVALID_REFRESH_TOKEN':
    case 'MISSING_REFRESH_TOKEN':
    case 'INVALID_GRANT_TYPE':
    case 'USER_NOT_FOUND':
    case 'CREDENTIAL_TOO_OLD_LOGIN_AGAIN':
    case 'INVALID_ID_TOKEN':
      return new GatewayError('unauthenticated', 'This session has ended. Sign in again.', { cause: error });
    case 'EMAIL_EXISTS':
      return new GatewayError('conflict', 'This address has an account already.', { cause: error });
    case 'INVALID_EMAIL':
      return new GatewayError('invalid_request', 'The email address is not valid.', { cause: error });
    case 'WEAK_PASSWORD':
    case 'PASSWORD_DOES_NOT_MEET_REQUIREMENTS':
      return new GatewayError('invalid_request', 'The password is too weak.', { cause: error });
    case 'EXPIRED_OOB_CODE':
      return new GatewayError('invalid_request', 'This code has expired. Ask for a new mail.', {
        cause: error,
      });
    case 'INVALID_OOB_CODE':
    case 'MISSING_OOB_CODE':
      return new GatewayError('invalid_request', 'This code is wrong or was used before.', { cause: error });
    case 'TOO_MANY_ATTEMPTS_TRY_LATER':
    case 'QUOTA_EXCEEDED':
      return new GatewayError('rate_limited', 'Too many attempts. Try again later.', {
        cause: error,
        retryAfterSeconds: 60,
      });
    default:
      return error;
  }
}
