import {
  type DocumentData,
  type DocumentReference,
  type Firestore,
  type FirestoreDataConverter,
  type Query,
  Timestamp,
  type WriteBatch,
} from '@google-cloud/firestore';
import { z } from 'zod';
import type { Account } from '../domain/ledger/account.ts';
import {
  type Access,
  freshState,
  type Hold,
  type LedgerState,
  nextDeadline,
} from '../domain/ledger/state.ts';
import { type LimitOverrides, resolveLimits, TIER_NAMES } from '../domain/tiers.ts';
import {
  accountFields,
  accountSchema,
  budgetSchema,
  LEDGERS,
  levelField,
  levelOf,
  timestamp,
} from './ledger-fields.ts';
import { leaseFields, leaseSchema } from './project-pool.ts';

/** The sweep's index is spread over this many ranges: one rising index carries about 500 writes a second. */
export const SWEEP_SHARDS = 8;

const bucket = z.object({
  capacity: z.int().positive().max(1e11).exactOptional(),
  refillPerSecond: z.int().positive().max(1e9).exactOptional(),
});

/** What an admin may set for one user, within what stays exact; the shape of `access.overrides`, here and in `users/{uid}`. */
export const limitOverridesSchema = z.object({
  tokens: bucket.exactOptional(),
  requestsPerMinute: z.int().positive().max(1e9).exactOptional(),
  concurrency: z.int().positive().exactOptional(),
  budgets: z.array(budgetSchema).exactOptional(),
  models: z.array(z.string()).exactOptional(),
});

/** Each absent until the first write that knows it: an admin may disable a user who never called a model. */
const accessSchema = z.object({
  isActive: z.boolean().exactOptional(),
  validSince: z.int().nonnegative().exactOptional(),
  tier: z.enum(TIER_NAMES).exactOptional(),
  overrides: limitOverridesSchema.nullable().exactOptional(),
});

/** Absent as a whole until the first admission. */
const bookSchema = z.object({
  ...accountSchema,
  tokens: z.number(),
  requests: z.number(),
  /** All live holds in one string: 500 of them as a map would cost 500 fields on each write. See packHolds. */
  holds: z.string(),
  nextDeadline: timestamp.nullable(),
  sweepShard: z.int(),
  updatedAt: timestamp,
  /** Of the project's budget, where there is or was one. */
  lease: leaseSchema.exactOptional(),
});

/** `rateLimitBuckets/{uid}`: a user's ledger. One document, so that one commit can judge and hold everything. */
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
  fromFirestore: (snapshot) => parseLedger(snapshot.data()),
};

/** @param data undefined: there is no document yet, which says nothing */
export function parseLedger(data: DocumentData = { access: {} }): LedgerDocument {
  const { access, ...book } = data;
  return documentSchema.parse('lastRefill' in book ? { access, book } : { access });
}

/** @throws RangeError for a user id that can't be the id of a document. */
export function ledgerRef(firestore: Firestore, uid: string): DocumentReference<LedgerDocument> {
  if (!/^[^/]{1,128}$/.test(uid) || /^(\.\.?|__.*__)$/.test(uid)) throw new RangeError('Not a user id');
  return firestore.collection(LEDGERS).withConverter(converter).doc(uid);
}

/** Ids of the ledgers of one sweep shard with a hold that nobody settled in time, the longest overdue first. */
export const overdueLedgers = (firestore: Firestore, shard: number, now: number): Query =>
  firestore
    .collection(LEDGERS)
    .where('sweepShard', '==', shard)
    .where('nextDeadline', '<=', Timestamp.fromMillis(now))
    .orderBy('nextDeadline')
    .select();

/** All that a commit writes of a state; `access` apart, which only `accessFields` writes. */
export function bookFields(uid: string, state: LedgerState): NonNullable<LedgerDocument['book']> {
  const { account, asOf } = state;
  const deadline = nextDeadline(state);
  return {
    ...accountFields(account, asOf),
    tokens: levelField(account.tokenLevel),
    requests: levelField(account.requestLevel),
    holds: packHolds(state.holds.values()),
    nextDeadline: deadline === undefined ? null : Timestamp.fromMillis(deadline),
    sweepShard: sweepShard(uid),
    updatedAt: Timestamp.fromMillis(asOf),
    ...(state.lease && leaseFields(state.lease, account.heldNanoUsd)),
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
    tokenLevel: levelOf(book.tokens),
    requestLevel: levelOf(book.requests),
    heldTokens: book.heldTokens,
    heldNanoUsd: book.heldNanoUsd,
    liveHolds: holds.size,
    settled: book.settled,
  };
  const limits = resolveLimits(access.tier, access.overrides);
  const { lease } = book;
  return {
    asOf: book.lastRefill.toMillis(),
    access,
    limits,
    account,
    holds,
    keys: new Map(),
    lease,
    project: undefined,
  };
}

type PackedHold = [
  requestId: string,
  tokens: number,
  outputTokens: number,
  nanoUsd: number,
  admittedAt: number,
  deadline: number,
  provider: string,
  model: string,
  route: string,
  keyId?: string,
];

function packHolds(holds: Iterable<Hold>): string {
  const packed: PackedHold[] = [];
  for (const hold of holds) {
    const { requestId, tokens, outputTokens, nanoUsd, admittedAt, deadline, provider, model, route } = hold;
    const fields: PackedHold = [
      requestId,
      tokens,
      outputTokens,
      nanoUsd,
      admittedAt,
      deadline,
      provider,
      model,
      route,
    ];
    if (hold.keyId !== undefined) fields.push(hold.keyId);
    packed.push(fields);
  }
  return JSON.stringify(packed);
}

function unpackHolds(text: string): Map<string, Hold> {
  const holds = new Map<string, Hold>();
  for (const packed of JSON.parse(text) as PackedHold[]) {
    const [requestId, tokens, outputTokens, nanoUsd, admittedAt, deadline, provider, model, route, keyId] =
      packed;
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
      ...(keyId !== undefined && { keyId }),
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
