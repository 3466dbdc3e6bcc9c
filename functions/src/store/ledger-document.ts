import {
  type DocumentReference,
  type Firestore,
  type FirestoreDataConverter,
  type Query,
  Timestamp,
  type WriteBatch,
} from '@google-cloud/firestore';
import { z } from 'zod';
import type { Account } from '../domain/ledger/account.ts';
import { UNITS } from '../domain/ledger/bucket.ts';
import { PERIODS } from '../domain/ledger/period.ts';
import {
  type Access,
  freshState,
  type Hold,
  type LedgerState,
  nextDeadline,
} from '../domain/ledger/state.ts';
import { type LimitOverrides, resolveLimits, TIER_NAMES } from '../domain/tiers.ts';

/** `rateLimitBuckets/{uid}`: a user's ledger. One document, so that one commit can judge and hold everything. */
const COLLECTION = 'rateLimitBuckets';

/** The sweep's index is spread over this many ranges: one rising index carries about 500 writes a second. */
export const SWEEP_SHARDS = 8;

const timestamp = z.instanceof(Timestamp);
const bucket = z.object({
  capacity: z.int().positive().max(1e11),
  refillPerSecond: z.int().positive().max(1e9),
});
const budget = z.object({ period: z.enum(PERIODS), nanoUsd: z.int().nonnegative() });

/** What an admin may set for one user, within what stays exact; the shape of `access.overrides`, here and in `users/{uid}`. */
export const limitOverridesSchema = z.object({
  tokens: bucket.exactOptional(),
  requestsPerMinute: z.int().positive().max(1e9).exactOptional(),
  concurrency: z.int().positive().exactOptional(),
  budgets: z.array(budget).exactOptional(),
  models: z.array(z.string()).exactOptional(),
});

/** Each absent until the first write that knows it: an admin may disable a user who never called a model. */
const accessSchema = z.object({
  isActive: z.boolean().exactOptional(),
  validSince: z.int().nonnegative().exactOptional(),
  tier: z.enum(TIER_NAMES).exactOptional(),
  overrides: limitOverridesSchema.nullable().exactOptional(),
});

const settled = z.object({ key: z.string(), nanoUsd: z.int().nonnegative() });

/** Absent as a whole until the first admission. Levels in tokens and requests with decimals, amounts whole. */
const bookSchema = z.object({
  tokens: z.number(),
  requests: z.number(),
  lastRefill: timestamp,
  heldTokens: z.int().nonnegative(),
  heldNanoUsd: z.int().nonnegative(),
  settled: z.object({ day: settled, week: settled, month: settled, total: settled }),
  /** All live holds in one string: 500 of them as a map would cost 500 fields on each write. See packHolds. */
  holds: z.string(),
  nextDeadline: timestamp.nullable(),
  sweepShard: z.int(),
  updatedAt: timestamp,
});

const documentSchema = z.object({
  access: accessSchema.prefault({}),
  book: bookSchema.exactOptional(),
});

export type StoredAccess = z.infer<typeof accessSchema>;
export type LedgerDocument = z.infer<typeof documentSchema>;

const converter: FirestoreDataConverter<LedgerDocument> = {
  toFirestore: (document) => {
    const { access, book } = document as LedgerDocument;
    return { access, ...book };
  },
  fromFirestore: (snapshot) => {
    const { access, ...book } = snapshot.data();
    return documentSchema.parse('lastRefill' in book ? { access, book } : { access });
  },
};

/** @throws RangeError for a user id that can't be the id of a document. */
export function ledgerRef(firestore: Firestore, uid: string): DocumentReference<LedgerDocument> {
  if (!/^[^/]{1,128}$/.test(uid) || /^(\.\.?|__.*__)$/.test(uid)) throw new RangeError('Not a user id');
  return firestore.collection(COLLECTION).withConverter(converter).doc(uid);
}

/** Ids of the ledgers of one sweep shard with a hold that nobody settled in time, the longest overdue first. */
export const overdueLedgers = (firestore: Firestore, shard: number, now: number): Query =>
  firestore
    .collection(COLLECTION)
    .where('sweepShard', '==', shard)
    .where('nextDeadline', '<=', Timestamp.fromMillis(now))
    .orderBy('nextDeadline')
    .select();

/** All that a commit writes of a state; `access` apart, which only `accessFields` writes. */
export function bookFields(uid: string, state: LedgerState): NonNullable<LedgerDocument['book']> {
  const { account, asOf } = state;
  const deadline = nextDeadline(state);
  const at = Timestamp.fromMillis(asOf);
  return {
    tokens: account.tokenLevel / UNITS,
    requests: account.requestLevel / UNITS,
    lastRefill: at,
    heldTokens: account.heldTokens,
    heldNanoUsd: account.heldNanoUsd,
    settled: account.settled,
    holds: packHolds(state.holds.values()),
    nextDeadline: deadline === undefined ? null : Timestamp.fromMillis(deadline),
    sweepShard: sweepShard(uid),
    updatedAt: at,
  };
}

/**
 * Puts a change of what a user may do into a batch that also writes the user's own document: from the next
 * admission on it holds on every instance, as their commits fail their precondition and read again (I6).
 * Creates the document where nothing was admitted yet; touches nothing else in it.
 */
export function accessUpdate(
  batch: WriteBatch,
  firestore: Firestore,
  uid: string,
  change: Partial<Access>,
): WriteBatch {
  const access: Record<string, unknown> = { ...change };
  // The key being there with undefined means: no overrides any more.
  if ('overrides' in change) access['overrides'] = change.overrides ?? null;
  const mergeFields = Object.keys(access).map((field) => `access.${field}`);
  const ref = firestore.doc(ledgerRef(firestore, uid).path);
  return mergeFields.length === 0 ? batch : batch.set(ref, { access }, { mergeFields });
}

/** What a ledger's document says of access, as the ledger itself writes it: complete. */
export function accessFields(
  access: Access,
): Omit<Access, 'overrides'> & { overrides: LimitOverrides | null } {
  return { ...access, overrides: access.overrides ?? null };
}

/** What the document says of access, over what the user's document says; undefined while that isn't everything. */
export function accessOf({ access: stored }: LedgerDocument, loaded?: Access): Access | undefined {
  const { isActive, validSince, tier, overrides } = { ...(loaded && accessFields(loaded)), ...stored };
  if (isActive === undefined || validSince === undefined || tier === undefined || overrides === undefined) {
    return undefined;
  }
  return { isActive, validSince, tier, overrides: overrides ?? undefined };
}

/** The state that a document holds; a fresh one as of `now` where nothing was ever admitted. */
export function stateOf(document: LedgerDocument, access: Access, now: number): LedgerState {
  const { book } = document;
  if (book === undefined) return freshState(access, now);
  const holds = unpackHolds(book.holds);
  const account: Account = {
    // Exact: a level is a whole number of units, far below the precision of the decimal that was stored.
    tokenLevel: Math.round(book.tokens * UNITS),
    requestLevel: Math.round(book.requests * UNITS),
    heldTokens: book.heldTokens,
    heldNanoUsd: book.heldNanoUsd,
    liveHolds: holds.size,
    settled: book.settled,
  };
  const limits = resolveLimits(access.tier, access.overrides);
  return { asOf: book.lastRefill.toMillis(), access, limits, account, holds };
}

type PackedHold = [string, number, number, number, number, number, string, string, string];

function packHolds(holds: Iterable<Hold>): string {
  const packed: PackedHold[] = [];
  for (const h of holds) {
    packed.push([
      h.requestId,
      h.tokens,
      h.outputTokens,
      h.nanoUsd,
      h.admittedAt,
      h.deadline,
      h.provider,
      h.model,
      h.route,
    ]);
  }
  return JSON.stringify(packed);
}

function unpackHolds(text: string): Map<string, Hold> {
  const holds = new Map<string, Hold>();
  for (const packed of JSON.parse(text) as PackedHold[]) {
    const [requestId, tokens, outputTokens, nanoUsd, admittedAt, deadline, provider, model, route] = packed;
    holds.set(requestId, {
      requestId,
      tokens,
      outputTokens,
      nanoUsd,
      admittedAt,
      deadline,
      provider,
      model,
      route,
    });
  }
  return holds;
}

/** Spreads users evenly over the shards (FNV-1a). */
function sweepShard(uid: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < uid.length; i++) hash = Math.imul(hash ^ uid.charCodeAt(i), 0x01000193);
  return (hash >>> 0) % SWEEP_SHARDS;
}
