import { type AuditDocument, auditOfUser } from '../store/audit-log.ts';
import type { StoreHandle } from '../store/handle.ts';
import { listPage, type Page, type PageRequest } from './list-page.ts';

/** What was done with a user's keys, the newest first. */
export const listAudit = (store: StoreHandle, uid: string, page: PageRequest): Promise<Page<AuditDocument>> =>
  listPage(store, auditOfUser(store.firestore, uid), ({ timestamp }) => timestamp, page);
