import type { Firestore } from '@google-cloud/firestore';
import type { Access } from '../../domain/ledger/state.ts';
import { userRef } from '../../store/users.ts';

/** What `users/{uid}` says of access; undefined where there is no such user. One read. */
export async function loadUser(firestore: Firestore, uid: string): Promise<Access | undefined> {
  const user = (await userRef(firestore, uid).get()).data();
  if (user === undefined) return undefined;
  const { isActive, validSince, tier, overrides } = user;
  return { isActive, validSince, tier, overrides: overrides ?? undefined };
}
