import { Timestamp } from '@google-cloud/firestore';
import type { StoreHandle } from '../store/handle.ts';
import { accessUpdate } from '../store/ledger-document.ts';
import { type UserDocument, userRef } from '../store/users.ts';

export type AccessChange = Partial<Pick<UserDocument, 'isActive' | 'validSince' | 'tier' | 'overrides'>>;

/**
 * Changes what a user may do, in the user's document and in the ledger's, in one commit: an instance that admits
 * from a remembered state fails its precondition and reads again, so the change holds from the next admission on.
 */
export async function setAccess(store: StoreHandle, uid: string, change: AccessChange): Promise<void> {
  const { overrides, ...rest } = change;
  await store.commit(2, (batch) => {
    batch.update(userRef(store.firestore, uid), { ...change, updatedAt: Timestamp.fromMillis(store.now()) });
    accessUpdate(batch, store.firestore, uid, {
      ...rest,
      ...(overrides !== undefined && { overrides: overrides ?? undefined }),
    });
  });
}
