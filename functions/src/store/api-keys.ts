import { type Firestore, type FirestoreDataConverter, type Query, Timestamp } from '@google-cloud/firestore';
import { z } from 'zod';
import { PERIODS } from '../domain/ledger/period.ts';
import { SCOPE_NAMES } from '../domain/scopes.ts';

const timestamp = z.instanceof(Timestamp);

/** `apiKeys/{keyId}`: an API key without its secret, of which only bcrypt hashes are kept. */
export const apiKeyDocumentSchema = z.object({
  userId: z.string(),
  name: z.string(),
  /** `fg_<mode>_<keyId>`: what is shown of the key for good. */
  prefix: z.string(),
  /** Null: a policy has retired the secret, and the owner has not fetched a new one yet. */
  hash: z.string().nullable(),
  /** The secret before the last rotation, which works until its grace ends. */
  previous: z.object({ hash: z.string(), validUntil: timestamp }).nullable(),
  scopes: z.array(z.enum(SCOPE_NAMES)),
  providers: z.array(z.string()).nullable(),
  models: z.array(z.string()).nullable(),
  /** `expired` follows from `expiresAt` and is stored once the schedule has seen it. */
  status: z.enum(['active', 'revoked', 'expired']),
  expiresAt: timestamp.nullable(),
  /** For routes without admission, to the minute; the ledger knows the others. */
  lastUsedAt: timestamp.nullable(),
  budget: z.object({ nanoUsd: z.int().positive(), period: z.enum(PERIODS) }).nullable(),
  limits: z
    .object({
      tokensPerMinute: z.int().positive().exactOptional(),
      requestsPerMinute: z.int().positive().exactOptional(),
      concurrency: z.int().positive().exactOptional(),
    })
    .nullable(),
  rotation: z.object({ everyDays: z.int().positive(), graceSeconds: z.int().nonnegative() }).nullable(),
  /** When the policy rotates next; null without one. The scheduled rotation queries it. */
  rotatesAt: timestamp.nullable(),
  tags: z.record(z.string(), z.string()).nullable(),
  createdAt: timestamp,
  updatedAt: timestamp,
});

export type ApiKeyDocument = z.infer<typeof apiKeyDocumentSchema>;

const converter: FirestoreDataConverter<ApiKeyDocument> = {
  toFirestore: (document) => document as ApiKeyDocument,
  fromFirestore: (snapshot) => apiKeyDocumentSchema.parse(snapshot.data()),
};

const collection = (firestore: Firestore) => firestore.collection('apiKeys').withConverter(converter);

export const apiKeyRef = (firestore: Firestore, keyId: string) => collection(firestore).doc(keyId);

/** A user's keys, the newest first. */
export const apiKeysOfUser = (firestore: Firestore, uid: string): Query<ApiKeyDocument> =>
  collection(firestore).where('userId', '==', uid).orderBy('createdAt', 'desc');

/** Keys that have expired by now and are not on record as such. */
export const apiKeysExpired = (firestore: Firestore, now: Timestamp): Query<ApiKeyDocument> =>
  collection(firestore).where('status', '==', 'active').where('expiresAt', '<=', now).orderBy('expiresAt');

/** Keys whose policy wants them rotated by now. */
export const apiKeysToRotate = (firestore: Firestore, now: Timestamp): Query<ApiKeyDocument> =>
  collection(firestore).where('status', '==', 'active').where('rotatesAt', '<=', now).orderBy('rotatesAt');
