import { signInWithEmailAndPassword } from 'firebase/auth';
import { firebaseAuth } from '#lib/auth/firebase.ts';

export async function signIn(input: { email: string; password: string }): Promise<void> {
  await signInWithEmailAndPassword(await firebaseAuth(), input.email, input.password);
}
