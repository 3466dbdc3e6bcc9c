import { api } from '#lib/api/client.ts';
import { signOut } from '#lib/auth/session.ts';

/** Ends every session of the account, this one included. Throws ApiError and stays signed in when it fails. */
export async function signOutEverywhere(): Promise<void> {
  await api.POST('/api/v1/auth/logout');
  await signOut();
}
