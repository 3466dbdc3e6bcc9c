import { createHash } from 'node:crypto';
import { type Firestore, type FirestoreDataConverter, Timestamp } from '@google-cloud/firestore';
import { z } from 'zod';

/** `authAttempts/{hash}`: attempts at one limit by one address or client IP; the key is hashed, never stored. */
const attemptDocumentSchema = z.object({
  limit: z.string(),
  count: z.int().nonnegative(),
  windowEndsAt: z.instanceof(Timestamp),
  /** The TTL field; equal to the window's end. */
  expiresAt: z.instanceof(Timestamp),
});

export type AttemptDocument = z.infer<typeof attemptDocumentSchema>;

const converter: FirestoreDataConverter<AttemptDocument> = {
  toFirestore: (document) => document as AttemptDocument,
  fromFirestore: (snapshot) => attemptDocumentSchema.parse(snapshot.data()),
};

export const attemptRef = (firestore: Firestore, limit: string, key: string) =>
  firestore
    .collection('authAttempts')
    .doc(createHash('sha256').update(`${limit}\n${key}`).digest('base64url'))
    .withConverter(converter);
