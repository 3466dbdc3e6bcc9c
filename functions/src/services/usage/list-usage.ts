import { type Query, Timestamp } from '@google-cloud/firestore';
import type { StoreHandle } from '../../store/handle.ts';
import { type UsageDocument, usageOfUser } from '../../store/usage-metrics.ts';
import { listPage, type Page, type PageRequest } from '../list-page.ts';

export interface UsageFilter {
  /** Milliseconds since the epoch; inclusive. */
  from?: number | undefined;
  /** Milliseconds since the epoch; exclusive. */
  to?: number | undefined;
  provider?: string | undefined;
  model?: string | undefined;
  apiKeyId?: string | undefined;
}

/** A user's records, the newest first, a page at a time. */
export const listUsage = (
  store: StoreHandle,
  uid: string,
  filter: UsageFilter,
  page: PageRequest,
): Promise<Page<UsageDocument>> =>
  listPage(store, filtered(usageOfUser(store.firestore, uid), filter), ({ timestamp }) => timestamp, page);

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
