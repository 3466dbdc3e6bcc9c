import { type ApiKeyDocument, apiKeysOfUser } from '../../store/api-keys.ts';
import type { StoreHandle } from '../../store/handle.ts';
import { listPage, type PageRequest } from '../list-page.ts';
import { lastUseOfKeys } from './last-use.ts';

export interface ListedKey {
  id: string;
  data: ApiKeyDocument;
  /** When the ledger last admitted it, in ms since the epoch. */
  usedAt: number | undefined;
}

/** A user's keys, the newest first, a page at a time; two reads a key: what it is, and when it was last used. */
export async function listApiKeys(
  store: StoreHandle,
  uid: string,
  page: PageRequest,
): Promise<{ items: ListedKey[]; nextCursor?: string }> {
  const { items, ...rest } = await listPage(
    store,
    apiKeysOfUser(store.firestore, uid),
    ({ createdAt }) => createdAt,
    page,
  );
  const used = await lastUseOfKeys(
    store,
    items.map(({ id }) => id),
  );
  return { items: items.map((item, i) => ({ ...item, usedAt: used[i] })), ...rest };
}
