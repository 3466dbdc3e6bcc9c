import {
  type DocumentReference,
  type Firestore,
  type FirestoreDataConverter,
  Timestamp,
} from '@google-cloud/firestore';
import { z } from 'zod';
import type { KnownClaim } from '../domain/idempotency.ts';
import { timestamp } from './ledger-fields.ts';

const claim = {
  principalId: z.string(),
  requestId: z.string(),
  bodyHash: z.string(),
  createdAt: timestamp,
  /** The TTL field; deletion comes up to a day later. */
  expiresAt: timestamp,
};

const answer = z.object({
  status: z.int(),
  headers: z.record(z.string(), z.string()),
  /** JSON as one string, which is no map to be indexed; null: kept elsewhere. */
  body: z.string().nullable(),
});

/** `idempotencyKeys/{hash of principal and key}`: which request has the key, and what it was answered. */
export const claimDocumentSchema = z.discriminatedUnion('state', [
  z.object({ ...claim, state: z.literal('in_progress') }),
  z.object({ ...claim, state: z.literal('done'), answer }),
  z.object({ ...claim, state: z.literal('done_not_kept') }),
]);

export type ClaimDocument = z.infer<typeof claimDocumentSchema>;

const converter: FirestoreDataConverter<ClaimDocument> = {
  toFirestore: (document) => document as ClaimDocument,
  fromFirestore: (snapshot) => claimDocumentSchema.parse(snapshot.data()),
};

export const claimRef = (firestore: Firestore, id: string): DocumentReference<ClaimDocument> =>
  firestore.collection('idempotencyKeys').withConverter(converter).doc(id);

export const claimFields = ({ id: _, createdAt, expiresAt, ...claim }: KnownClaim): ClaimDocument => ({
  ...claim,
  createdAt: Timestamp.fromMillis(createdAt),
  expiresAt: Timestamp.fromMillis(expiresAt),
});

export const claimFrom = (id: string, { createdAt, expiresAt, ...claim }: ClaimDocument): KnownClaim => ({
  ...claim,
  id,
  createdAt: createdAt.toMillis(),
  expiresAt: expiresAt.toMillis(),
});
