import { sendEmailVerification } from 'firebase/auth';
import { firebaseAuth } from './firebase.ts';

/** Sends the signed-in person a link that proves the address theirs. */
export async function sendVerification(): Promise<void> {
  const { currentUser } = await firebaseAuth();
  if (currentUser !== null) await sendEmailVerification(currentUser);
}
