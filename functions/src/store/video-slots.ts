import { type Firestore, type FirestoreDataConverter, Timestamp } from '@google-cloud/firestore';
import { z } from 'zod';

/** `videoSlots/{uid}`: the jobs of a user that may be under way; one that isn't gives its place to the next. */
export const videoSlotsDocumentSchema = z.object({
  jobs: z.array(
    z.object({
      jobId: z.string(),
      /** Until when it is waited for, where there is no such job yet. */
      startsBy: z.instanceof(Timestamp),
    }),
  ),
});

export type VideoSlotsDocument = z.infer<typeof videoSlotsDocumentSchema>;

const converter: FirestoreDataConverter<VideoSlotsDocument> = {
  toFirestore: (document) => document as VideoSlotsDocument,
  fromFirestore: (snapshot) => videoSlotsDocumentSchema.parse(snapshot.data()),
};

export const videoSlotsRef = (firestore: Firestore, uid: string) =>
  firestore.collection('videoSlots').doc(uid).withConverter(converter);
