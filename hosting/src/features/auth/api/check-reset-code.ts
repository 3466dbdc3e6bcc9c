import { verifyPasswordResetCode } from 'firebase/auth';
import { firebaseAuth } from '#lib/auth/firebase.ts';

/** The address that a reset link is for; throws when the link is dead. */
export async function checkResetCode(oobCode: string): Promise<string> {
  return verifyPasswordResetCode(await firebaseAuth(), oobCode);
}
