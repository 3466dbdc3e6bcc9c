import { FirebaseError } from 'firebase/app';
import { signOut as firebaseSignOut, onIdTokenChanged, reload, type User } from 'firebase/auth';
import { useSyncExternalStore } from 'react';
import { ApiError, toApiError } from '../api/errors.ts';
import { firebaseAuth } from './firebase.ts';

/** Who is signed in on this device, as the last ID token and profile say. */
export interface SessionUser {
  uid: string;
  email: string;
  displayName: string;
  emailVerified: boolean;
  /** Firebase's provider ids: `password`, `google.com`. */
  signInMethods: readonly string[];
}

let current: SessionUser | null = null;
let watching: Promise<void> | undefined;
const listeners = new Set<() => void>();

/** Resolves once the stored session is read; safe to call often. */
export function sessionReady(): Promise<void> {
  watching ??= watch().catch((thrown: unknown) => {
    watching = undefined;
    throw thrown;
  });
  return watching;
}

async function watch(): Promise<void> {
  const auth = await firebaseAuth();
  publish(auth.currentUser);
  onIdTokenChanged(auth, publish);
}

function publish(user: User | null): void {
  current = user && {
    uid: user.uid,
    email: user.email ?? '',
    displayName: user.displayName ?? '',
    emailVerified: user.emailVerified,
    signInMethods: user.providerData.map((info) => info.providerId),
  };
  for (const listener of listeners) listener();
}

export function currentUser(): SessionUser | null {
  return current;
}

export function onSessionChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useSessionUser(): SessionUser | null {
  return useSyncExternalStore(onSessionChange, currentUser);
}

/**
 * A valid ID token; the SDK refreshes it five minutes before it expires. Throws `signed_out` when the session
 * was ended elsewhere, and what `toApiError` makes of a network failure.
 */
export async function idToken(): Promise<string> {
  const auth = await firebaseAuth();
  if (auth.currentUser === null) throw new ApiError('signed_out', 'You are not signed in.');
  try {
    return await auth.currentUser.getIdToken();
  } catch (thrown) {
    throw asSessionError(thrown);
  }
}

/** Reads the profile again, for instance after the address was verified in another tab. */
export async function refreshProfile(): Promise<void> {
  const auth = await firebaseAuth();
  const user = auth.currentUser;
  if (user === null) return;
  const wasVerified = current?.emailVerified ?? false;
  try {
    await reload(user);
    // The token carries the claim that the server reads.
    if (user.emailVerified !== wasVerified) await user.getIdToken(true);
  } catch (thrown) {
    throw asSessionError(thrown);
  }
  publish(auth.currentUser);
}

/** Ends the session on this device. */
export async function signOut(): Promise<void> {
  await firebaseSignOut(await firebaseAuth());
}

function asSessionError(thrown: unknown): ApiError {
  if (!(thrown instanceof FirebaseError)) return toApiError(thrown);
  if (thrown.code === 'auth/network-request-failed') return toApiError(new TypeError(thrown.message));
  return new ApiError('signed_out', 'Your session has ended.');
}
