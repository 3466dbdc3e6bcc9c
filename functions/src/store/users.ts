import { type Firestore, type FirestoreDataConverter, Timestamp } from '@google-cloud/firestore';
import { z } from 'zod';
import { TIER_NAMES } from '../domain/tiers.ts';
import { limitOverridesSchema } from './ledger-document.ts';

const timestamp = z.instanceof(Timestamp);

/** `users/{uid}`: what Firegate knows of a person beyond what Firebase Authentication keeps. */
export const userDocumentSchema = z.object({
  email: z.string().nullable(),
  displayName: z.string().nullable(),
  tier: z.enum(TIER_NAMES),
  /** What an admin has set instead of the tier's limits. */
  overrides: limitOverridesSchema.nullable().default(null),
  isActive: z.boolean(),
  isVerified: z.boolean(),
  /** Seconds since the epoch: credentials from a sign-in before it are refused. */
  validSince: z.int().nonnegative().default(0),
  createdAt: timestamp,
  updatedAt: timestamp,
});

export type UserDocument = z.infer<typeof userDocumentSchema>;

const converter: FirestoreDataConverter<UserDocument> = {
  toFirestore: (document) => document as UserDocument,
  fromFirestore: (snapshot) => userDocumentSchema.parse(snapshot.data()),
};

/** Whether a text from outside can be the id of a document, and so of a user. */
export const isUserId = (text: string): boolean =>
  /^[^/]{1,128}$/.test(text) && !/^(\.\.?|__.*__)$/.test(text);

export const userRef = (firestore: Firestore, uid: string) =>
  firestore.collection('users').doc(uid).withConverter(converter);
