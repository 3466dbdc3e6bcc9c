import { FieldPath, type Query, Timestamp } from '@google-cloud/firestore';
import { decodeCursor, encodeCursor } from '../domain/cursor.ts';
import type { StoreHandle } from '../store/handle.ts';

export interface PageRequest {
  /** 1 to 200. */
  limit: number;
  cursor?: string | undefined;
}

export interface Page<T> {
  items: { id: string; data: T }[];
  nextCursor?: string;
}

/**
 * One page of a query that is ordered by a timestamp, the newest first; one read an item, and one more to know
 * whether there is a next page.
 *
 * @param timestampOf the field that the query is ordered by
 * @throws GatewayError `invalid_request` for a cursor that is none
 */
export async function listPage<T>(
  store: StoreHandle,
  query: Query<T>,
  timestampOf: (data: T) => Timestamp,
  { limit, cursor }: PageRequest,
): Promise<Page<T>> {
  let page = query.orderBy(FieldPath.documentId(), 'desc').limit(limit + 1);
  if (cursor !== undefined) {
    const { at, id } = decodeCursor(cursor);
    page = page.startAfter(new Timestamp(...at), id);
  }
  const found = await store.query(page);
  const items = found.slice(0, limit);
  const last = items.at(-1);
  if (found.length <= limit || !last) return { items };
  const { seconds, nanoseconds } = timestampOf(last.data);
  return { items, nextCursor: encodeCursor({ at: [seconds, nanoseconds], id: last.id }) };
}
