import type { StoreHandle } from '../../store/handle.ts';
import { keyLedgerRef, parseKeyLedger } from '../../store/key-ledger-document.ts';

/**
 * When the ledger last admitted each key, in ms since the epoch; undefined where it never did. It stands in the
 * key's ledger document, so that keeping it costs no write of its own. One read a key.
 */
export async function lastUseOfKeys(store: StoreHandle, keyIds: string[]): Promise<(number | undefined)[]> {
  const found = await store.getAll(keyIds.map((id) => keyLedgerRef(store.firestore, id)));
  return found.map((data) => parseKeyLedger(data)?.book?.lastUsedAt?.toMillis());
}
