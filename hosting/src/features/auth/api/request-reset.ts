import { FirebaseError } from 'firebase/app';
import { sendPasswordResetEmail } from 'firebase/auth';
import { firebaseAuth } from '#lib/auth/firebase.ts';

/** Asks for a reset link. Succeeds for unknown addresses too, so that nobody learns which exist. */
export async function requestReset(email: string): Promise<void> {
  try {
    await sendPasswordResetEmail(await firebaseAuth(), email);
  } catch (thrown) {
    // A project without email enumeration protection says so; the console still doesn't.
    if (!(thrown instanceof FirebaseError && thrown.code === 'auth/user-not-found')) throw thrown;
  }
}
