import {
  type DocumentReference,
  type Firestore,
  type FirestoreDataConverter,
  type Query,
  type QueryDocumentSnapshot,
  Timestamp,
} from '@google-cloud/firestore';
import { z } from 'zod';
import { type Lease, leaseIdle, type Pool } from '../domain/ledger/lease.ts';
import { PERIODS } from '../domain/ledger/period.ts';
import { LEDGERS, timestamp } from './ledger-fields.ts';

/** Whole nano-USD; a lease's is below zero after a correction that is not reported yet. */
const settled = z.object({ key: z.string(), nanoUsd: z.int() });

/** The field `lease` of a user's ledger. */
export const leaseSchema = z.object({
  epoch: z.string(),
  since: z.int(),
  period: z.enum(PERIODS),
  limitNanoUsd: z.int().nonnegative(),
  nanoUsd: z.int().nonnegative(),
  settled,
});

/** What a write of a user's ledger says of its lease. */
export function leaseFields(lease: Lease, heldNanoUsd: number) {
  return {
    lease,
    /** What reclaiming the lease would free or report; the query for such ledgers goes by it. */
    leaseIdle: leaseIdle(lease, heldNanoUsd),
  };
}

/** `projectBudgets/current`: the pool that all ledgers lease their part of the project's budget from. */
const poolSchema = z.object({
  epoch: z.string(),
  period: z.enum(PERIODS),
  limitNanoUsd: z.int().nonnegative(),
  settled,
  leasedNanoUsd: z.int().nonnegative(),
  updatedAt: timestamp,
});

export type PoolDocument = z.infer<typeof poolSchema>;

const converter: FirestoreDataConverter<PoolDocument> = {
  toFirestore: (document) => document as PoolDocument,
  fromFirestore: (snapshot) => poolSchema.parse(snapshot.data()),
};

export const poolRef = (firestore: Firestore): DocumentReference<PoolDocument> =>
  firestore.collection('projectBudgets').withConverter(converter).doc('current');

export const poolFields = ({ asOf, ...pool }: Pool): PoolDocument => ({
  ...pool,
  updatedAt: Timestamp.fromMillis(asOf),
});

export const poolOf = ({ updatedAt, ...pool }: PoolDocument): Pool => ({
  ...pool,
  asOf: updatedAt.toMillis(),
});

/** Ledgers with something to reclaim, those with the most first. */
export const idleLedgers = (firestore: Firestore): Query =>
  firestore.collection(LEDGERS).where('leaseIdle', '>', 0).orderBy('leaseIdle', 'desc');

/** The leases of all ledgers that ever had one. */
export async function* ledgersWithLease(firestore: Firestore): AsyncGenerator<Lease> {
  const all = firestore.collection(LEDGERS).orderBy('leaseIdle').select('lease');
  for await (const snapshot of all.stream()) {
    yield leaseSchema.parse((snapshot as unknown as QueryDocumentSnapshot).get('lease'));
  }
}
