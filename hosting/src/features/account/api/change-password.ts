import { EmailAuthProvider, reauthenticateWithCredential, updatePassword } from 'firebase/auth';
import { firebaseAuth } from '#lib/auth/firebase.ts';

/** Proves the current password afresh, then sets the new one; Firebase ends the other sessions. */
export async function changePassword(input: { current: string; next: string }): Promise<void> {
  const { currentUser } = await firebaseAuth();
  if (currentUser?.email == null) return;
  await reauthenticateWithCredential(
    currentUser,
    EmailAuthProvider.credential(currentUser.email, input.current),
  );
  await updatePassword(currentUser, input.next);
}
