import { type Firestore, type FirestoreDataConverter, Timestamp } from '@google-cloud/firestore';
import { z } from 'zod';

const timestamp = z.instanceof(Timestamp);

/** `users/{uid}`: what Firegate knows of a person beyond what Firebase Authentication keeps. */
export const userDocumentSchema = z.object({
  email: z.string().nullable(),
  displayName: z.string().nullable(),
  tier: z.enum(['free', 'pro', 'team']),
  isActive: z.boolean(),
  isVerified: z.boolean(),
  /** Seconds since the epoch: credentials from a sign-in before it are refused. */
  validSince: z.int().nonnegative().default(0),
  createdAt: timestamp,
  updatedAt: timestamp,
});

export type UserDocument = z.infer<typeof userDocumentSchema>;
export type Tier = UserDocument['tier'];

const converter: FirestoreDataConverter<UserDocument> = {
  toFirestore: (document) => document as UserDocument,
  fromFirestore: (snapshot) => userDocumentSchema.parse(snapshot.data()),
};

export const userRef = (firestore: Firestore, uid: string) =>
  firestore.collection('users').doc(uid).withConverter(converter);
