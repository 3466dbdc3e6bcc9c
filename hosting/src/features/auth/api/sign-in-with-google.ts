import { browserPopupRedirectResolver, GoogleAuthProvider, signInWithPopup } from 'firebase/auth';
import { firebaseAuth } from '#lib/auth/firebase.ts';

/** Opens Google's window, or the Auth emulator's stand-in for it. Loads Google's script at this moment only. */
export async function signInWithGoogle(): Promise<void> {
  await signInWithPopup(await firebaseAuth(), new GoogleAuthProvider(), browserPopupRedirectResolver);
}
