import {
  FieldPath,
  type Firestore,
  type FirestoreDataConverter,
  type Query,
  Timestamp,
} from '@google-cloud/firestore';
import { z } from 'zod';
import { FILE_SOURCES } from '../domain/files/file.ts';
import { MEDIA_TYPE_NAMES } from '../domain/files/media-types.ts';

const timestamp = z.instanceof(Timestamp);

/** `files/{fileId}`: what is known of a file; its bytes are an object in Storage. */
export const fileDocumentSchema = z.object({
  userId: z.string(),
  /** A label; never part of a path. */
  name: z.string(),
  /** While pending: what was declared, if anything. */
  mediaType: z.enum(MEDIA_TYPE_NAMES).nullable(),
  /** What counts against the quota; while pending, the room that is reserved. */
  bytes: z.int().nonnegative(),
  status: z.enum(['pending', 'ready']),
  source: z.enum(FILE_SOURCES),
  /** Lower-case hex; null while pending. */
  sha256: z.string().nullable(),
  /** Base64 of the big-endian CRC32C, as Storage has it; null while pending. */
  crc32c: z.string().nullable(),
  /** Pixels; null where it isn't known, or there are none. */
  width: z.int().positive().nullable(),
  height: z.int().positive().nullable(),
  durationSeconds: z.number().nonnegative().nullable(),
  createdAt: timestamp,
  /** Null: kept until deleted. */
  expiresAt: timestamp.nullable(),
  /** When the sweep looks at it: the end of its reservation, of its life, or of what is paid. */
  sweepAt: timestamp.nullable(),
});

export type FileDocument = z.infer<typeof fileDocumentSchema>;

const converter: FirestoreDataConverter<FileDocument> = {
  toFirestore: (document) => document as FileDocument,
  fromFirestore: (snapshot) => fileDocumentSchema.parse(snapshot.data()),
};

const collection = (firestore: Firestore) => firestore.collection('files').withConverter(converter);

export const fileRef = (firestore: Firestore, fileId: string) => collection(firestore).doc(fileId);

/** A user's files, the newest first. */
export const filesOfUser = (firestore: Firestore, uid: string): Query<FileDocument> =>
  collection(firestore).where('userId', '==', uid).orderBy('createdAt', 'desc');

/** Files that the sweep has to look at by now; to be gone on with by `startAfter(sweepAt, id)`. */
export const filesToSweep = (firestore: Firestore, now: Timestamp): Query<FileDocument> =>
  collection(firestore).where('sweepAt', '<=', now).orderBy('sweepAt').orderBy(FieldPath.documentId());

/**
 * Where a client's upload arrives; storage.rules lets its owner create it, and nobody read it. The bucket's lifecycle
 * tells what nobody fetched by the end of the name.
 */
export const uploadPath = (uid: string, fileId: string): string => `users/${uid}/uploads/${fileId}/part`;

/** Where a checked file lies; storage.rules lets its owner read it, and no client write it. */
export const contentPath = (uid: string, fileId: string): string => `users/${uid}/files/${fileId}`;
