import { FirebaseError } from 'firebase/app';
import { toApiError } from '../api/errors.ts';

const WRONG_CREDENTIAL = 'The email address or the password is wrong.';
const DEAD_LINK = 'This link has expired or was used before. Ask for a new one.';
const NOT_ENABLED = 'This way of signing in is not enabled in this Firebase project.';

const MESSAGES: Record<string, string> = {
  'auth/invalid-credential': WRONG_CREDENTIAL,
  'auth/invalid-login-credentials': WRONG_CREDENTIAL,
  'auth/wrong-password': WRONG_CREDENTIAL,
  'auth/user-not-found': WRONG_CREDENTIAL,
  'auth/invalid-email': 'This is not an email address.',
  'auth/email-already-in-use': 'There is an account with this address already. Sign in instead.',
  'auth/weak-password': 'This password is too easy to guess. Choose a longer one.',
  'auth/password-does-not-meet-requirements': 'This password does not meet the rules of this project.',
  'auth/too-many-requests': 'Too many attempts. Wait a few minutes, or reset the password.',
  'auth/user-disabled': 'This account is disabled. Ask an administrator of this project.',
  'auth/popup-blocked': 'The browser blocked the pop-up. Allow pop-ups for this page and try again.',
  'auth/internal-error': 'The sign-in window could not be opened. Check the network and try again.',
  'auth/operation-not-allowed': NOT_ENABLED,
  'auth/admin-restricted-operation': NOT_ENABLED,
  'auth/account-exists-with-different-credential':
    'There is an account with this address already. Sign in with its password.',
  'auth/expired-action-code': DEAD_LINK,
  'auth/invalid-action-code': DEAD_LINK,
  'auth/user-token-expired': 'Your session has ended. Sign in again.',
};

/** The person closed the window themselves: nothing to report. */
const CANCELLED = new Set([
  'auth/popup-closed-by-user',
  'auth/cancelled-popup-request',
  'auth/user-cancelled',
]);

/** What to tell the person, or undefined when they cancelled. */
export function authMessage(thrown: unknown): string | undefined {
  if (!(thrown instanceof FirebaseError)) return toApiError(thrown).message;
  if (CANCELLED.has(thrown.code)) return undefined;
  if (thrown.code === 'auth/network-request-failed') return toApiError(new TypeError(thrown.message)).message;
  return MESSAGES[thrown.code] ?? `Firebase Authentication refused this (${thrown.code}).`;
}
