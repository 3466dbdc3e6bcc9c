import { createUserWithEmailAndPassword, updateProfile } from 'firebase/auth';
import { firebaseAuth } from '#lib/auth/firebase.ts';
import { sendVerification } from '#lib/auth/send-verification.ts';
import { refreshProfile } from '#lib/auth/session.ts';

/**
 * Creates the account and asks for the address to be verified. The account stands once it is created: a mail
 * that can't be sent is not an error here, the banner offers to send it again.
 */
export async function signUp(input: { email: string; password: string; displayName: string }): Promise<void> {
  const auth = await firebaseAuth();
  const { user } = await createUserWithEmailAndPassword(auth, input.email, input.password);
  if (input.displayName !== '') {
    await updateProfile(user, { displayName: input.displayName });
    // The server takes the name from the token.
    await user.getIdToken(true);
    await refreshProfile();
  }
  await sendVerification().catch(() => undefined);
}
