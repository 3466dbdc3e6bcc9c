import { type Firestore, type FirestoreDataConverter, Timestamp } from '@google-cloud/firestore';
import { z } from 'zod';

/** `notifications/{id}`: something that the owner of a key should know and did not do. */
const notificationSchema = z.object({
  userId: z.string(),
  kind: z.enum(['api_key.rotated']),
  apiKeyId: z.string(),
  message: z.string(),
  createdAt: z.instanceof(Timestamp),
  /** The TTL field. */
  expiresAt: z.instanceof(Timestamp),
});

export type NotificationDocument = z.infer<typeof notificationSchema>;

const converter: FirestoreDataConverter<NotificationDocument> = {
  toFirestore: (document) => document as NotificationDocument,
  fromFirestore: (snapshot) => notificationSchema.parse(snapshot.data()),
};

export const notificationRef = (firestore: Firestore, id: string) =>
  firestore.collection('notifications').doc(id).withConverter(converter);
