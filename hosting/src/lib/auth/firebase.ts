import { initializeApp } from 'firebase/app';
import {
  type Auth,
  browserLocalPersistence,
  connectAuthEmulator,
  indexedDBLocalPersistence,
  initializeAuth,
} from 'firebase/auth';
import { loadConfig } from '../config.ts';

let starting: Promise<Auth> | undefined;

/**
 * Firebase Authentication, started once with the persistence the console wants. `initializeAuth` without a
 * popup resolver: the iframe and Google's script are loaded by Google sign-in alone.
 */
export function firebaseAuth(): Promise<Auth> {
  starting ??= start().catch((thrown: unknown) => {
    starting = undefined;
    throw thrown;
  });
  return starting;
}

async function start(): Promise<Auth> {
  const { projectId, apiKey, authDomain, authEmulatorUrl } = await loadConfig();
  const app = initializeApp({ projectId, apiKey, authDomain });
  const auth = initializeAuth(app, { persistence: [indexedDBLocalPersistence, browserLocalPersistence] });
  // The SDK's own banner covers the composer; the console says "Local" in its strip.
  if (authEmulatorUrl !== undefined) connectAuthEmulator(auth, authEmulatorUrl, { disableWarnings: true });
  await auth.authStateReady();
  return auth;
}
