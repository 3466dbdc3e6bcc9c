import type { Firestore, FirestoreDataConverter } from '@google-cloud/firestore';
import { z } from 'zod';

/** `fileQuotas/{uid}`: what a user's files take together, reserved room included; it changes with each file. */
export const fileQuotaDocumentSchema = z.object({
  bytes: z.int().nonnegative(),
  files: z.int().nonnegative(),
});

export type FileQuotaDocument = z.infer<typeof fileQuotaDocumentSchema>;

const converter: FirestoreDataConverter<FileQuotaDocument> = {
  toFirestore: (document) => document as FileQuotaDocument,
  fromFirestore: (snapshot) => fileQuotaDocumentSchema.parse(snapshot.data()),
};

export const fileQuotaRef = (firestore: Firestore, uid: string) =>
  firestore.collection('fileQuotas').doc(uid).withConverter(converter);
