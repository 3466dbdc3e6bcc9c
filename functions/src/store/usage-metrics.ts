import {
  type DocumentReference,
  type Firestore,
  type FirestoreDataConverter,
  type Query,
  Timestamp,
} from '@google-cloud/firestore';
import { z } from 'zod';
import type { Settlement } from '../domain/ledger/settle.ts';
import { NO_USAGE, type UsageFacts } from '../domain/usage.ts';

const COLLECTION = 'usageMetrics';

const tokens = z.int().nonnegative();
/** Whole nano-USD. */
const nanoUsd = z.int().nonnegative();
/** Whole nano-USD per million tokens. */
const rate = z.int().nonnegative();

const attemptSchema = z.object({
  provider: z.string(),
  model: z.string(),
  status: z.enum(['ok', 'error', 'cancelled']),
  latencyMs: z.number().nonnegative(),
  /** Absent in records from before it was kept. */
  costNanoUsd: nanoUsd.exactOptional(),
  upstreamStatus: z.int().exactOptional(),
  upstreamRequestId: z.string().exactOptional(),
});

/**
 * `usageMetrics/{requestId}`: what one admitted request took. Exactly one exists for each; written in the commit
 * that ends its hold, corrected at most once. The records are the truth: their sum is what the ledger calls settled.
 */
export const usageDocumentSchema = z.object({
  userId: z.string(),
  /** Absent: without an API key. */
  apiKeyId: z.string().exactOptional(),
  /** When the request was accounted for: the moment whose day, week and month it counts in. */
  timestamp: z.instanceof(Timestamp),
  admittedAt: z.instanceof(Timestamp),
  provider: z.string(),
  model: z.string(),
  route: z.string(),
  inputTokens: tokens,
  outputTokens: tokens,
  cachedInputTokens: tokens,
  cacheWriteInputTokens: tokens,
  reasoningTokens: tokens,
  imageInputTokens: tokens.exactOptional(),
  imageOutputTokens: tokens.exactOptional(),
  units: z
    .object({
      images: z.int().nonnegative().exactOptional(),
      seconds: z.number().nonnegative().exactOptional(),
      bytes: z.int().nonnegative().exactOptional(),
    })
    .exactOptional(),
  costNanoUsd: nanoUsd,
  /** The upper bound that had been held. */
  heldTokens: tokens,
  heldNanoUsd: nanoUsd,
  price: z
    .object({
      source: z.string(),
      input: rate,
      output: rate,
      cachedInput: rate.exactOptional(),
      cacheWriteInput: rate.exactOptional(),
      imageInput: rate.exactOptional(),
      imageOutput: rate.exactOptional(),
    })
    .nullable(),
  latencyMs: z.number().nonnegative(),
  timeToFirstTokenMs: z.number().nonnegative().exactOptional(),
  status: z.enum(['ok', 'error', 'cancelled']),
  terminationReason: z.enum([
    'completed',
    'max_tokens',
    'client_disconnected',
    'upstream_error',
    'upstream_timeout',
    'deadline',
    'abandoned',
  ]),
  source: z.enum(['provider', 'estimated', 'held']),
  attempts: z.array(attemptSchema),
  /**
   * How the record came about: `reported` by who made the call; `expired`, settled in full by someone else after
   * the deadline; `late`, expired first and then corrected downward by who made the call.
   */
  settlement: z.enum(['reported', 'expired', 'late']),
  /** The report exceeded the hold. */
  overrun: z.boolean(),
});

export type UsageDocument = z.infer<typeof usageDocumentSchema>;

const converter: FirestoreDataConverter<UsageDocument> = {
  toFirestore: (document) => document as UsageDocument,
  fromFirestore: (snapshot) => usageDocumentSchema.parse(snapshot.data()),
};

export const usageRef = (firestore: Firestore, requestId: string): DocumentReference<UsageDocument> =>
  firestore.collection(COLLECTION).withConverter(converter).doc(requestId);

/** A user's records, the newest first. */
export const usageOfUser = (firestore: Firestore, uid: string): Query<UsageDocument> =>
  firestore
    .collection(COLLECTION)
    .withConverter(converter)
    .where('userId', '==', uid)
    .orderBy('timestamp', 'desc');

/** The record of a request whose maker reported what it took. */
export function reportedUsage(userId: string, settlement: Settlement, facts: UsageFacts): UsageDocument {
  return {
    ...settledFields(userId, settlement),
    ...reportFields(facts),
    costNanoUsd: facts.costNanoUsd,
    settlement: 'reported',
    overrun: settlement.overrun,
  };
}

/** The record of a request that nobody settled in time: its whole hold, as if it had all been used. */
export function expiredUsage(userId: string, settlement: Settlement): UsageDocument {
  const { hold, settledAt } = settlement;
  return {
    ...settledFields(userId, settlement),
    provider: hold.provider,
    model: hold.model,
    route: hold.route,
    ...NO_USAGE,
    inputTokens: hold.tokens - hold.outputTokens,
    outputTokens: hold.outputTokens,
    costNanoUsd: hold.nanoUsd,
    price: null,
    latencyMs: settledAt - hold.admittedAt,
    status: 'error',
    terminationReason: 'abandoned',
    source: 'held',
    attempts: [],
    settlement: 'expired',
    overrun: false,
  };
}

/**
 * An expired record after all that its maker reports. It stays in its own period (`timestamp`), at a cost that
 * only ever went down.
 */
export function lateUsage(expired: UsageDocument, facts: UsageFacts, costNanoUsd: number): UsageDocument {
  const { userId, apiKeyId, timestamp, admittedAt, heldTokens, heldNanoUsd } = expired;
  return {
    userId,
    ...(apiKeyId !== undefined && { apiKeyId }),
    timestamp,
    admittedAt,
    heldTokens,
    heldNanoUsd,
    ...reportFields(facts),
    costNanoUsd,
    settlement: 'late',
    overrun:
      facts.costNanoUsd > heldNanoUsd || facts.usage.inputTokens + facts.usage.outputTokens > heldTokens,
  };
}

function settledFields(userId: string, { hold, settledAt }: Settlement) {
  return {
    userId,
    ...(hold.keyId !== undefined && { apiKeyId: hold.keyId }),
    timestamp: Timestamp.fromMillis(settledAt),
    admittedAt: Timestamp.fromMillis(hold.admittedAt),
    heldTokens: hold.tokens,
    heldNanoUsd: hold.nanoUsd,
  };
}

function reportFields({ usage, costNanoUsd: _, ...rest }: UsageFacts) {
  return { ...rest, ...usage };
}
