import { Timestamp, type WriteBatch } from '@google-cloud/firestore';
import type { StoreHandle } from '../store/handle.ts';
import { accessUpdate } from '../store/ledger-document.ts';
import { type UserDocument, userRef } from '../store/users.ts';

export type AccessChange = Partial<Pick<UserDocument, 'isActive' | 'validSince' | 'tier' | 'overrides'>>;

/**
 * Changes what a user may do, in the user's document and in the ledger's, in one commit: an instance that admits
 * from a remembered state fails its precondition and reads again, so the change holds from the next admission on.
 *
 * @param readAt the version of the user's document that the change starts from, where it matters
 * @returns false where the document is another by now
 */
export async function setAccess(
  store: StoreHandle,
  uid: string,
  change: AccessChange,
  readAt?: Timestamp,
): Promise<boolean> {
  const { overrides, ...rest } = change;
  const fill = (batch: WriteBatch): void => {
    const fields = { ...change, updatedAt: Timestamp.fromMillis(store.now()) };
    batch.update(userRef(store.firestore, uid), fields, readAt ? { lastUpdateTime: readAt } : {});
    accessUpdate(batch, store.firestore, uid, {
      ...rest,
      ...(overrides !== undefined && { overrides: overrides ?? undefined }),
    });
  };
  if (readAt) return store.tryCommit(2, fill);
  await store.commit(2, fill);
  return true;
}
