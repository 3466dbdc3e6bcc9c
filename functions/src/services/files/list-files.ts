import { filesOfUser } from '../../store/files.ts';
import type { StoreHandle } from '../../store/handle.ts';
import { listPage, type PageRequest } from '../list-page.ts';
import type { FileRecord } from './contract.ts';
import { toRecord } from './record.ts';

/** A user's files, the newest first, a page at a time; those whose time is over are left out of their page. */
export async function listFiles(
  store: StoreHandle,
  uid: string,
  page: PageRequest,
): Promise<{ items: FileRecord[]; nextCursor?: string }> {
  const query = filesOfUser(store.firestore, uid);
  const { items, ...rest } = await listPage(store, query, ({ createdAt }) => createdAt, page);
  const now = store.now();
  return {
    items: items
      .map(({ id, data }) => toRecord(id, data))
      .filter(({ expiresAt = Number.POSITIVE_INFINITY }) => expiresAt > now),
    ...rest,
  };
}
