import { applyActionCode } from 'firebase/auth';
import { firebaseAuth } from '#lib/auth/firebase.ts';
import { refreshProfile } from '#lib/auth/session.ts';

/** Redeems a verification link, and refreshes the profile when its owner is signed in here. */
export async function confirmVerification(oobCode: string): Promise<void> {
  await applyActionCode(await firebaseAuth(), oobCode);
  await refreshProfile().catch(() => undefined);
}
