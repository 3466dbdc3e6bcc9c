import { type Firestore, type FirestoreDataConverter, Timestamp } from '@google-cloud/firestore';
import { z } from 'zod';
import type { UsageGroup } from '../domain/rollup.ts';

const count = z.int().nonnegative();

const groupSchema: z.ZodType<UsageGroup> = z.object({
  provider: z.string(),
  model: z.string(),
  apiKeyId: z.string().nullable(),
  requests: count,
  errors: count,
  inputTokens: count,
  outputTokens: count,
  cachedInputTokens: count,
  cacheWriteInputTokens: count,
  reasoningTokens: count,
  costNanoUsd: count,
});

/**
 * `usageRollups/{uid}_{day}`: what a user's records of one UTC day add up to. A cache of `usageMetrics`, which is the
 * truth: deleting one costs nothing but the reads of making it again.
 */
export interface RollupDocument {
  userId: string;
  /** `2026-11-23` */
  day: string;
  /** Every record from before this moment is in it, and none from it on. */
  through: Timestamp;
  groups: UsageGroup[];
}

const storedSchema = z.object({
  userId: z.string(),
  day: z.iso.date(),
  through: z.instanceof(Timestamp),
  /** JSON in one field: thousands of groups as a map would be thousands of index entries and fields. */
  groups: z.string(),
});

const converter: FirestoreDataConverter<RollupDocument> = {
  toFirestore: (document) => {
    const { groups, ...rest } = document as RollupDocument;
    return { ...rest, groups: JSON.stringify(groups) };
  },
  fromFirestore: (snapshot) => {
    const { groups, ...rest } = storedSchema.parse(snapshot.data());
    return { ...rest, groups: z.array(groupSchema).parse(JSON.parse(groups)) };
  },
};

export const rollupRef = (firestore: Firestore, uid: string, day: string) =>
  firestore.collection('usageRollups').doc(`${uid}_${day}`).withConverter(converter);
