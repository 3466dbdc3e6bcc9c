import { confirmPasswordReset } from 'firebase/auth';
import { firebaseAuth } from '#lib/auth/firebase.ts';

export async function confirmReset(input: { oobCode: string; password: string }): Promise<void> {
  await confirmPasswordReset(await firebaseAuth(), input.oobCode, input.password);
}
