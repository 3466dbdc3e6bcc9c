import { GoogleAuthProvider, signInWithCredential } from 'firebase/auth';
import { firebaseAuth } from '#lib/auth/firebase.ts';

/**
 * Signs in as a Google account that the Auth emulator takes on trust: it accepts unsigned claims in the place of
 * Google's ID token. Needs no network; a real Firebase project refuses it.
 */
export async function signInWithEmulatedGoogle(input: { email: string; displayName: string }): Promise<void> {
  const claims = {
    sub: input.email,
    email: input.email,
    email_verified: true,
    ...(input.displayName === '' ? {} : { name: input.displayName }),
  };
  const credential = GoogleAuthProvider.credential(JSON.stringify(claims));
  await signInWithCredential(await firebaseAuth(), credential);
}
