import { FieldPath, type Query, Timestamp } from '@google-cloud/firestore';
import { type Cursor, decodeCursor, encodeCursor } from '../../domain/cursor.ts';
import type { StoreHandle } from '../../store/handle.ts';
import { type UsageDocument, usageOfUser } from '../../store/usage-metrics.ts';

export interface UsageFilter {
  /** Milliseconds since the epoch; inclusive. */
  from?: number | undefined;
  /** Milliseconds since the epoch; exclusive. */
  to?: number | undefined;
  provider?: string | undefined;
  model?: string | undefined;
  apiKeyId?: string | undefined;
}

export interface UsageItem extends UsageDocument {
  id: string;
}

/** A user's records, the newest first, a page at a time; one read an item. */
export async function listUsage(
  store: StoreHandle,
  uid: string,
  filter: UsageFilter,
  page: { limit: number; cursor?: string | undefined },
): Promise<{ items: UsageItem[]; nextCursor?: string }> {
  // One more than asked for tells whether there is a next page.
  let query = filtered(usageOfUser(store.firestore, uid), filter)
    .orderBy(FieldPath.documentId(), 'desc')
    .limit(page.limit + 1);
  if (page.cursor !== undefined) {
    const { at, id } = decodeCursor(page.cursor);
    query = query.startAfter(new Timestamp(...at), id);
  }
  const found = await store.query(query);
  const items = found.slice(0, page.limit).map(({ id, data }) => ({ id, ...data }));
  const last = items.at(-1);
  return found.length > page.limit && last ? { items, nextCursor: encodeCursor(cursorOf(last)) } : { items };
}

export function filtered(query: Query<UsageDocument>, filter: UsageFilter): Query<UsageDocument> {
  let narrowed = query;
  for (const field of ['provider', 'model', 'apiKeyId'] as const) {
    if (filter[field] !== undefined) narrowed = narrowed.where(field, '==', filter[field]);
  }
  if (filter.from !== undefined)
    narrowed = narrowed.where('timestamp', '>=', Timestamp.fromMillis(filter.from));
  if (filter.to !== undefined) narrowed = narrowed.where('timestamp', '<', Timestamp.fromMillis(filter.to));
  return narrowed;
}

const cursorOf = ({ id, timestamp }: UsageItem): Cursor => ({
  at: [timestamp.seconds, timestamp.nanoseconds],
  id,
});
