import {
  type DocumentReference,
  type Firestore,
  type FirestoreDataConverter,
  type Query,
  Timestamp,
} from '@google-cloud/firestore';
import { z } from 'zod';
import { ERRORS, type ErrorCode } from '../domain/errors.ts';
import { MEDIA_TYPE_NAMES } from '../domain/files/media-types.ts';
import { type JobFacts, VIDEO_JOB_STATES } from '../domain/video/job.ts';
import { videoOperationSchema } from '../domain/video/operation.ts';
import { mediaFactsSchema } from '../domain/video/probe.ts';

const timestamp = z.instanceof(Timestamp);
/** Whole nano-USD. */
const nanoUsd = z.int().nonnegative();

const workSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('operation'), operation: videoOperationSchema, inputFileId: z.string() }),
  /** A video that a provider makes. The prompt is the provider's alone: it is kept nowhere here. */
  z.object({
    kind: z.literal('generation'),
    provider: z.string(),
    model: z.string(),
    seconds: z.int().positive(),
    size: z.string(),
    inputFileId: z.string().nullable(),
    /** The provider's own id of it. */
    upstreamId: z.string(),
  }),
]);

/** `videoJobs/{jobId}`: work on a video that outlives the request that asked for it. */
export const videoJobDocumentSchema = z.object({
  userId: z.string(),
  /** Absent: without an API key. */
  apiKeyId: z.string().exactOptional(),
  /** The request that asked for it: the id of its hold and of its usage record. */
  requestId: z.string(),
  work: workSchema,
  state: z.enum(VIDEO_JOB_STATES),
  /** Whole percent. */
  progress: z.int().min(0).max(100),
  error: z
    .object({ code: z.enum(Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]]), message: z.string() })
    .nullable(),
  /** What the input is like, once it has been looked at. */
  media: mediaFactsSchema.nullable(),
  /** Reserved before it is filled, so that a second attempt fills the same or finds it full. */
  outputFileId: z.string().nullable(),
  outputs: z.array(
    z.object({ fileId: z.string(), mediaType: z.enum(MEDIA_TYPE_NAMES), bytes: z.int().nonnegative() }),
  ),
  /** Workers that have begun it; fences off those before the last. */
  attempt: z.int().nonnegative(),
  leaseUntil: timestamp.nullable(),
  cancelRequested: z.boolean(),
  /** Whether what it took is in the ledger. */
  settled: z.boolean(),
  /** Nano-USD a second of video. */
  price: nanoUsd,
  heldNanoUsd: nanoUsd,
  /** What it took, once that is known; of an order, from the start on, for it is billed whatever comes of it here. */
  seconds: z.int().nonnegative().nullable(),
  createdAt: timestamp,
  startedAt: timestamp.nullable(),
  finishedAt: timestamp.nullable(),
  /** When it is over, come what may. */
  deadline: timestamp,
  /** When the sweep looks after it; null: there is nothing left to do. */
  dueAt: timestamp.nullable(),
  /** The TTL field; deletion comes up to a day later. */
  expiresAt: timestamp,
});

export type VideoJobDocument = z.infer<typeof videoJobDocumentSchema>;
export type VideoWork = VideoJobDocument['work'];
export type VideoJobKind = VideoWork['kind'];

const converter: FirestoreDataConverter<VideoJobDocument> = {
  toFirestore: (document) => document as VideoJobDocument,
  fromFirestore: (snapshot) => videoJobDocumentSchema.parse(snapshot.data()),
};

const collection = (firestore: Firestore) => firestore.collection('videoJobs').withConverter(converter);

export const videoJobRef = (firestore: Firestore, jobId: string): DocumentReference<VideoJobDocument> =>
  collection(firestore).doc(jobId);

/** A user's jobs, the newest first. */
export const videoJobsOfUser = (firestore: Firestore, uid: string): Query<VideoJobDocument> =>
  collection(firestore).where('userId', '==', uid).orderBy('createdAt', 'desc');

/** Jobs that the sweep has to look after by now. */
export const dueVideoJobs = (firestore: Firestore, now: Timestamp): Query<VideoJobDocument> =>
  collection(firestore).where('dueAt', '<=', now).orderBy('dueAt');

/** What decides over a job, as the domain judges it. */
export const factsOf = (job: VideoJobDocument): JobFacts => ({
  state: job.state,
  attempt: job.attempt,
  leaseUntil: job.leaseUntil?.toMillis() ?? null,
  deadline: job.deadline.toMillis(),
  cancelRequested: job.cancelRequested,
  settled: job.settled,
});
