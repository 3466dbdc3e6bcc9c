import { type Firestore, type FirestoreDataConverter, type Query, Timestamp } from '@google-cloud/firestore';
import { z } from 'zod';

export const AUDIT_ACTIONS = [
  'api_key.created',
  'api_key.updated',
  'api_key.rotated',
  'api_key.revoked',
  'api_key.expired',
  'api_key.use_refused',
] as const;

/** `auditLog/{id}`: who did what to a key; written in the commit of the change itself. Never a secret. */
export const auditDocumentSchema = z.object({
  /** Whose log it is in. */
  userId: z.string(),
  /** A uid, a key's id for its own refused use, or `system` for what a schedule does. */
  actor: z.string(),
  action: z.enum(AUDIT_ACTIONS),
  apiKeyId: z.string(),
  ip: z.string().nullable(),
  userAgent: z.string().nullable(),
  before: z.record(z.string(), z.unknown()).nullable(),
  after: z.record(z.string(), z.unknown()).nullable(),
  /** How often, for what is coalesced. */
  count: z.int().positive(),
  timestamp: z.instanceof(Timestamp),
});

export type AuditDocument = z.infer<typeof auditDocumentSchema>;
export type AuditAction = AuditDocument['action'];

const converter: FirestoreDataConverter<AuditDocument> = {
  toFirestore: (document) => document as AuditDocument,
  fromFirestore: (snapshot) => auditDocumentSchema.parse(snapshot.data()),
};

const collection = (firestore: Firestore) => firestore.collection('auditLog').withConverter(converter);

export const auditRef = (firestore: Firestore, id: string) => collection(firestore).doc(id);

/** A user's log, the newest first. */
export const auditOfUser = (firestore: Firestore, uid: string): Query<AuditDocument> =>
  collection(firestore).where('userId', '==', uid).orderBy('timestamp', 'desc');
